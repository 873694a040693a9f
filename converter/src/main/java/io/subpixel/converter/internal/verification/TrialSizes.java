package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.Layout;
import io.subpixel.converter.internal.graph.OnnxGraph;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Chooses sizes that a network can run, by shape arithmetic: the graph is followed with numbers
 * instead of symbols, and what doesn't fit, or would leave nothing, is never run. Where the usual
 * sizes don't fit, others are sought, those first with which the arithmetic gets further.
 */
final class TrialSizes {
  /** How many are wanted. */
  static final int ENOUGH = 6;

  private static final int MOST = 2 * ENOUGH;

  /** Batch, height, width: a pixel, a row, a column, a batch, odd sizes, an even one. */
  private static final long[][] USUAL = {
    {1, 1, 1}, {1, 1, 9}, {1, 7, 1}, {2, 5, 3}, {1, 13, 17}, {1, 24, 32}
  };

  /** From this one of them on they are larger. */
  private static final int USUAL_PARTLY = 4;

  private static final long[] BATCHES = {1, 2};

  /** Sizes that are tried where the usual ones don't fit, small ones first. */
  private static final long[] OTHERS =
      LongStream.concat(
              LongStream.rangeClosed(2, 64),
              LongStream.concat(
                  LongStream.iterate(72, size -> size <= 256, size -> size + 8),
                  LongStream.of(
                      75, 99, 100, 139, 150, 199, 200, 224, 227, 229, 299, 300, 320, 331, 384, 416,
                      448, 512, 608, 640)))
          .distinct()
          .sorted()
          .toArray();

  private static final int ROUNDS = 4;

  /** Nodes that are followed at most, so that a search ends. */
  private static final long EFFORT = 3_000_000;

  private final OnnxGraph graph;
  private final Map<String, Shape> declared;
  private final Function<Layout, Optional<String>> defects;
  private final Map<String, Integer> axes = new LinkedHashMap<>();
  private final Set<Map<String, Long>> found = new LinkedHashSet<>();
  private final Map<Map<String, Long>, String> avoided = new LinkedHashMap<>();
  private final Set<Map<String, Long>> harmless = new LinkedHashSet<>();
  private long effort;
  private String conflict = "";

  private TrialSizes(
      OnnxGraph graph, Map<String, Shape> declared, Function<Layout, Optional<String>> defects) {
    this.graph = graph;
    this.declared = declared;
    this.defects = defects;
    for (Value input : graph.inputs()) {
      for (int axis = 0; axis < input.rank(); axis++) {
        if (input.dim(axis) instanceof Dim.Symbol symbol) {
          axes.putIfAbsent(symbol.name(), axis);
        }
      }
    }
  }

  /**
   * What was chosen.
   *
   * @param sizes of the symbols, one map a trial, more than {@link #ENOUGH} where some may fail
   * @param avoided why others that fit were left out
   * @param conflict the first reason why sizes don't fit, empty if all did
   * @param fits whether the arithmetic says that these fit; if it finds none, they may be refused
   */
  record Choice(
      List<Map<String, Long>> sizes, Set<String> avoided, String conflict, boolean fits) {}

  /**
   * Chooses.
   *
   * @param declared what the network says of shapes, by values' names
   * @param defects why sizes shouldn't be run though they would fit
   */
  static Choice choose(
      OnnxGraph graph, Map<String, Shape> declared, Function<Layout, Optional<String>> defects) {
    TrialSizes sizes = new TrialSizes(graph, declared, defects);
    sizes.search();
    if (sizes.found.isEmpty() && sizes.avoided.isEmpty()) {
      return new Choice(List.copyOf(sizes.harmless), Set.of(), sizes.conflict, false);
    }
    // What can't be avoided is run.
    boolean isAvoidable = !sizes.found.isEmpty();
    return new Choice(
        List.copyOf(isAvoidable ? sizes.found : sizes.avoided.keySet()),
        isAvoidable ? Set.copyOf(sizes.avoided.values()) : Set.of(),
        sizes.conflict,
        true);
  }

  private void search() {
    for (int i = 0; i < USUAL.length; i++) {
      if (i == USUAL_PARTLY && areAlike()) {
        propose(different(1));
        propose(different(0));
      }
      propose(usual(USUAL[i]));
    }
    if (axes.isEmpty()) {
      return;
    }
    for (int i = 0; i < OTHERS.length && found.size() < ENOUGH; i++) {
      propose(usual(new long[] {1 + i % 2, OTHERS[i], OTHERS[i]}));
    }
    if (found.isEmpty()) {
      climb();
    }
    if (found.isEmpty()) {
      pair();
    }
    if (!found.isEmpty() && (found.size() < ENOUGH || axes.size() > 3)) {
      vary(found.iterator().next());
    }
  }

  /** Whether several symbols would always have the same size. */
  private boolean areAlike() {
    List<Long> sizes =
        usual(USUAL[USUAL_PARTLY]).entrySet().stream()
            .filter(size -> !isBatch(size.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return Set.copyOf(sizes).size() < sizes.size();
  }

  /** Small sizes, no two the same. */
  private Map<String, Long> different(int more) {
    Map<String, Long> sizes = usual(USUAL[USUAL_PARTLY - 1]);
    long size = 3L + more;
    for (String symbol : axes.keySet()) {
      if (!isBatch(symbol)) {
        sizes.put(symbol, size);
        size += 2;
      }
    }
    return sizes;
  }

  /** From the sizes that get furthest on to better ones, one symbol at a time. */
  private void climb() {
    Set<Long> candidates = candidates();
    Map<String, Long> best = usual(USUAL[3]);
    long reached = reach(best);
    for (int round = 0; round < ROUNDS && found.isEmpty(); round++) {
      long before = reached;
      for (String symbol : axes.keySet()) {
        for (long size : candidates) {
          Map<String, Long> changed = with(best, symbol, size);
          long reach = reach(changed);
          if (reach > reached) {
            best = changed;
            reached = reach;
          }
        }
      }
      for (long size : candidates) {
        Map<String, Long> changed = new LinkedHashMap<>(best);
        changed.replaceAll((symbol, old) -> isBatch(symbol) ? old : size);
        long reach = reach(changed);
        if (reach > reached) {
          best = changed;
          reached = reach;
        }
      }
      propose(best);
      if (reached == before) {
        break;
      }
    }
  }

  /** Two sizes of which only the product is demanded. */
  private void pair() {
    List<String> symbols = axes.keySet().stream().filter(symbol -> !isBatch(symbol)).toList();
    if (symbols.size() != 2) {
      return;
    }
    for (int i = 0; i < OTHERS.length && found.isEmpty(); i++) {
      for (int j = 0; j < OTHERS.length && found.isEmpty() && effort < EFFORT; j++) {
        Map<String, Long> sizes = with(usual(USUAL[0]), symbols.get(0), OTHERS[i]);
        propose(with(sizes, symbols.get(1), OTHERS[j]));
      }
    }
  }

  /** Other sizes near those that fit. */
  private void vary(Map<String, Long> base) {
    for (long batch : BATCHES) {
      Map<String, Long> changed = new LinkedHashMap<>(base);
      changed.replaceAll((symbol, size) -> isBatch(symbol) ? Long.valueOf(batch) : size);
      propose(changed);
    }
    // Each symbol by itself, so that none that differ are always the same.
    for (int more = 1; more <= 2; more++) {
      for (String symbol : axes.keySet()) {
        int wanted = found.size() + 1;
        for (int i = 0; i < OTHERS.length && found.size() < wanted; i++) {
          propose(with(base, symbol, OTHERS[(i + more) % OTHERS.length]));
        }
      }
    }
  }

  /** Sizes that the network itself has somewhere are likely ones. */
  private Set<Long> candidates() {
    Set<Long> candidates = new TreeSet<>(graph.storedSizes());
    LongStream.of(OTHERS).forEach(candidates::add);
    candidates.add(1L);
    return candidates;
  }

  private static Map<String, Long> with(Map<String, Long> sizes, String symbol, long size) {
    Map<String, Long> changed = new LinkedHashMap<>(sizes);
    changed.put(symbol, size);
    return changed;
  }

  private Map<String, Long> usual(long[] size) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    axes.forEach(
        (symbol, axis) ->
            sizes.put(
                symbol,
                switch (symbol) {
                  case "N" -> size[0];
                  case "H" -> size[1];
                  case "W", "T" -> size[2];
                  // Same axis, same size: unnamed axes that are combined mostly are the same axis.
                  default -> size[Math.min(axis, 2)];
                }));
    return sizes;
  }

  private boolean isBatch(String symbol) {
    return symbol.equals("N") || (axes.getOrDefault(symbol, 1) == 0 && !symbol.equals("T"));
  }

  private void propose(Map<String, Long> sizes) {
    if (found.contains(sizes) || found.size() >= MOST) {
      return;
    }
    Layout layout = layout(sizes);
    if (layout.conflict().isPresent() || !fitsDeclared(layout)) {
      String reason = layout.conflict().orElse("the network's own settings say another size");
      conflict = conflict.isEmpty() ? reason : conflict;
      if ((!layout.isDangerous() || axes.isEmpty()) && harmless.size() < ENOUGH) {
        harmless.add(sizes);
      }
    } else {
      Optional<String> defect = defects.apply(layout);
      defect.ifPresent(why -> avoided.putIfAbsent(sizes, why));
      if (defect.isEmpty()) {
        found.add(sizes);
      }
    }
  }

  /** How far the arithmetic gets; the largest where it all fits. */
  private long reach(Map<String, Long> sizes) {
    if (effort > EFFORT) {
      return 0;
    }
    Layout layout = layout(sizes);
    long matching =
        declared.entrySet().stream()
            .mapToLong(entry -> matching(layout, entry.getKey(), entry.getValue()))
            .sum();
    return layout.shapes().size() + matching + (layout.conflict().isEmpty() ? 1 : 0);
  }

  private Layout layout(Map<String, Long> sizes) {
    Layout layout = graph.layout(sizes);
    effort += layout.shapes().size() + 1;
    return layout;
  }

  private boolean fitsDeclared(Layout layout) {
    return declared.entrySet().stream()
        .allMatch(
            entry -> matching(layout, entry.getKey(), entry.getValue()) == entry.getValue().rank());
  }

  /** How many axes are as wanted, or may be. */
  private static int matching(Layout layout, String value, Shape wanted) {
    Shape shape = layout.shapes().get(value);
    if (shape == null || shape.rank() != wanted.rank()) {
      return wanted.rank();
    }
    return (int)
        IntStream.range(0, shape.rank())
            .filter(
                axis ->
                    !shape.dim(axis).isFixed()
                        || !wanted.dim(axis).isFixed()
                        || shape.dim(axis).equals(wanted.dim(axis)))
            .count();
  }
}

package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.Layout;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws inputs that their operators can take: indices within the table, sorted segments, masks of 0
 * and 1, positive numbers for logarithms. Nothing else depends on what reads an input.
 */
final class TrialValues {
  /** What an input is read as. */
  private enum Kind {
    ANY,
    MASK,
    POSITIVE,
    SORTED,
    INDEX,
    LENGTH,
    /** Every index of the axis once. */
    ORDER,
    /** A whole number from 1 on, such as how large something becomes. */
    SIZE,
    /** The sizes of something, or what it can be spread to. */
    SHAPE,
    /** Below what {@link #UPPER} bounds. */
    LOWER,
    UPPER
  }

  /**
   * One reading of an input.
   *
   * @param of the variable whose axis bounds indices and lengths
   */
  private record Reading(Kind kind, String of, int axis) {}

  /** Operators that return the values that they read, or their opposite. */
  private static final Set<String> PASSING =
      Set.of(
          "identity",
          "cast",
          "reshape",
          "expand_dims",
          "squeeze",
          "permute",
          "transpose",
          "tile",
          "tile_to_shape",
          "broadcast_to",
          "stop_gradient",
          "rsub_scalar",
          "sub_scalar",
          "reversesubtract",
          "subtract",
          "onesas",
          "repeat");

  private static final Set<String> POSITIVE =
      Set.of(
          "log", "log1p", "log_x", "lgamma", "digamma", "sqrt", "rsqrt", "reciprocal", "polygamma");

  /** As a factor or a sum, what hides the places that a mask leaves out. */
  private static final double HIDING = 1000;

  private static final double LEAST_POSITIVE = 0.05;

  private static final int FEW = 3;
  private static final int MANY = 9;

  /** For sizes that an input says. */
  private static final int LARGEST = 6;

  private final Network network;
  private final Map<String, Value> emitted;
  private final Map<String, List<Reading>> readings = new HashMap<>();

  TrialValues(Network network, Map<String, Value> emitted) {
    this.network = network;
    this.emitted = emitted;
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : network.nodes()) {
      for (String input : new HashSet<>(node.inputs())) {
        readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
      }
    }
    network.inputs().forEach(input -> readings.put(input, readings(input, readers)));
  }

  /**
   * Draws one input, always the same for the same seed.
   *
   * @param least of fractions
   * @param layout the shapes of this trial
   * @param repeat how often it was drawn already: whole numbers that may be anything become larger
   */
  Tensor draw(
      String input,
      ElementType type,
      long[] sizes,
      double least,
      long seed,
      Layout layout,
      int repeat) {
    List<Reading> read = readings.getOrDefault(input, List.of());
    Set<Kind> kinds = new HashSet<>();
    read.forEach(reading -> kinds.add(reading.kind()));
    boolean isMask = kinds.contains(Kind.MASK) || input.toLowerCase(Locale.ROOT).contains("mask");
    if (isMask) {
      return mask(type, sizes, seed);
    } else if (kinds.contains(Kind.SORTED)) {
      Tensor drawn = whole(type, sizes, 0, 1, seed);
      double[] values = drawn.values();
      Arrays.sort(values);
      // Without a gap: SameDiff doesn't initialise the result of an empty segment.
      double first = values.length == 0 ? 0 : values[0];
      Arrays.setAll(values, i -> values[i] - first);
      return new Tensor(sizes, Elements.of(type, values));
    }
    if (kinds.contains(Kind.ORDER) && sizes.length == 1) {
      return order(type, sizes, seed);
    } else if (kinds.contains(Kind.SHAPE) && sizes.length == 1) {
      return shape(type, sizes, seed, read, layout);
    } else if (kinds.contains(Kind.SIZE)) {
      return whole(type, sizes, 1, LARGEST, seed);
    } else if (kinds.contains(Kind.LOWER)) {
      return less(Tensor.random(type, sizes, 0, seed), 1);
    } else if (kinds.contains(Kind.UPPER)) {
      return Tensor.random(type, sizes, LEAST_POSITIVE, seed);
    }
    long most =
        read.stream()
            .filter(reading -> reading.kind() == Kind.INDEX || reading.kind() == Kind.LENGTH)
            .mapToLong(reading -> bound(reading, layout))
            .min()
            .orElse(-1);
    if (most >= 0 && (!type.isFloating() || kinds.contains(Kind.INDEX))) {
      return whole(type, sizes, kinds.contains(Kind.LENGTH) ? 1 : 0, most, seed);
    }
    if (repeat > 0 && !type.isFloating() && type != ElementType.BOOL) {
      return whole(type, sizes, 0, repeat == 1 ? FEW : MANY, seed);
    }
    double from = kinds.contains(Kind.POSITIVE) ? LEAST_POSITIVE : least;
    return Tensor.random(type, sizes, from, seed);
  }

  private static Tensor mask(ElementType type, long[] sizes, long seed) {
    double[] values = whole(type, sizes, 0, 1, seed).values();
    int row = sizes.length == 0 ? 1 : Math.toIntExact(Math.max(1, sizes[sizes.length - 1]));
    // Attention over a row that is hidden as a whole averages over nothing.
    for (int i = 0; i < values.length; i += row) {
      values[i] = 1;
    }
    return new Tensor(sizes, Elements.of(type, values));
  }

  private static Tensor order(ElementType type, long[] sizes, long seed) {
    List<Double> indices = new ArrayList<>();
    for (int i = 0; i < sizes[0]; i++) {
      indices.add((double) i);
    }
    Collections.shuffle(indices, new Random(seed));
    return new Tensor(
        sizes, Elements.of(type, indices.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** Sizes to which a tensor can be spread; where it has 1, others too. */
  private Tensor shape(
      ElementType type, long[] sizes, long seed, List<Reading> read, Layout layout) {
    double[] values = whole(type, sizes, 1, FEW, seed).values();
    read.stream()
        .filter(reading -> reading.kind() == Kind.SHAPE)
        .flatMap(reading -> shape(reading.of(), layout).stream())
        .forEach(
            of -> {
              for (int back = 1; back <= Math.min(of.rank(), values.length); back++) {
                if (of.dim(of.rank() - back).isFixed() && !of.dim(of.rank() - back).is(1)) {
                  values[values.length - back] = of.dim(of.rank() - back).size();
                }
              }
            });
    return new Tensor(sizes, Elements.of(type, values));
  }

  private static Tensor less(Tensor tensor, double by) {
    double[] values = tensor.values();
    Arrays.setAll(values, i -> values[i] - by);
    return new Tensor(tensor.sizes(), Elements.of(tensor.type(), values));
  }

  private static Tensor whole(ElementType type, long[] sizes, long least, long most, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = Math.toIntExact(Arrays.stream(sizes).reduce(1, Math::multiplyExact));
    double[] values =
        IntStream.range(0, length)
            .mapToDouble(i -> random.nextLong(least, Math.max(least, most) + 1))
            .toArray();
    return new Tensor(sizes, Elements.of(type, values));
  }

  /** The largest index or length; 1 where it isn't known. */
  private long bound(Reading reading, Layout layout) {
    Optional<Shape> shape = shape(reading.of(), layout);
    int axis = reading.axis();
    boolean isKnown =
        shape.isPresent() && axis < shape.get().rank() && shape.get().dim(axis).isFixed();
    if (!isKnown) {
      return reading.kind() == Kind.INDEX ? 0 : 1;
    }
    long size = shape.get().dim(axis).size();
    return reading.kind() == Kind.INDEX ? size - 1 : size;
  }

  private Optional<Shape> shape(String variable, Layout layout) {
    return network
        .stored(variable)
        .map(array -> Shape.of(array.shape()))
        .or(
            () ->
                Optional.ofNullable(emitted.get(variable))
                    .map(value -> layout.shapes().get(value.name())))
        .or(() -> Optional.ofNullable(layout.shapes().get(variable)));
  }

  private List<Reading> readings(String input, Map<String, List<Node>> readers) {
    List<Reading> found = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(input));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String name = open.pop();
      for (Node node : readers.getOrDefault(name, List.of())) {
        for (int i = 0; i < node.inputs().size(); i++) {
          if (node.inputs().get(i).equals(name)) {
            found.addAll(readings(node, i));
          }
        }
        boolean passes =
            (PASSING.contains(node.operator()) && node.inputs().get(0).equals(name))
                || node.operator().startsWith("rsub")
                || (node.operator().equals("subtract") && readsOneStored(node));
        if (passes) {
          node.outputs().stream().filter(seen::add).forEach(open::push);
        }
      }
    }
    return found;
  }

  private List<Reading> readings(Node node, int input) {
    String operator = node.operator();
    String first = node.inputs().get(0);
    if (POSITIVE.contains(operator) && !(operator.equals("polygamma") && input == 0)) {
      return List.of(new Reading(Kind.POSITIVE, first, 0));
    } else if (operator.contains("attention")) {
      boolean isMask = operator.startsWith("multi_head") ? input == 7 : input == 3;
      return isMask ? List.of(new Reading(Kind.MASK, first, 0)) : List.of();
    } else if (operator.equals("invert_permutation")) {
      return List.of(new Reading(Kind.ORDER, first, 0));
    } else if (operator.equals("polygamma") && input == 0) {
      return List.of(new Reading(Kind.SIZE, first, 0));
    } else if (operator.equals("broadcast_to") && input == 1) {
      return List.of(new Reading(Kind.SHAPE, first, 0));
    } else if (isSize(operator, input)) {
      return List.of(new Reading(Kind.SIZE, first, 0));
    } else if (operator.startsWith("fake_quant") && input > 0) {
      return List.of(new Reading(input == 1 ? Kind.LOWER : Kind.UPPER, first, 0));
    } else if (isHiding(node)) {
      return List.of(new Reading(Kind.MASK, first, 0));
    } else if (input != 1) {
      return List.of();
    } else if (operator.startsWith("segment_")) {
      return List.of(new Reading(Kind.SORTED, first, 0));
    } else if (operator.equals("gather")) {
      int axis = (int) node.integer(0, 0);
      boolean isComputed = node.inputs().size() > 2;
      long stored =
          isComputed
              ? network.stored(node.inputs().get(2)).map(array -> array.getLong(0)).orElse(0L)
              : axis;
      return List.of(new Reading(Kind.INDEX, first, (int) Math.max(0, stored)));
    } else if (operator.equals("embedding_lookup")) {
      return List.of(new Reading(Kind.INDEX, first, 0));
    } else if (operator.equals("reverse_sequence")) {
      return List.of(new Reading(Kind.LENGTH, first, (int) node.integer(0, 1)));
    } else if (operator.startsWith("scatter_") && !operator.startsWith("scatter_nd")) {
      return List.of(new Reading(Kind.INDEX, first, 0));
    }
    return List.of();
  }

  private static boolean isSize(String operator, int input) {
    return switch (operator) {
      case "fill" -> input == 0;
      case "tile", "image_resize" -> input == 1;
      case "crop_and_resize" -> input == 3;
      default -> operator.startsWith("resize_") && input == 1;
    };
  }

  /** Whether it multiplies by, or adds, what hides places. */
  private boolean isHiding(Node node) {
    boolean isProduct = node.operator().equals("multiply") || node.operator().startsWith("mul");
    if (!isProduct) {
      return false;
    } else if (node.hasScalar()) {
      return Math.abs(node.scalar()) >= HIDING;
    }
    return node.inputs().stream()
        .map(network::stored)
        .flatMap(Optional::stream)
        .anyMatch(
            array ->
                array.length() == 1
                    && array.dataType().isNumerical()
                    && Math.abs(array.getDouble(0)) >= HIDING);
  }

  private boolean readsOneStored(Node node) {
    return node.inputs().stream().anyMatch(name -> network.stored(name).isPresent());
  }
}

package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What is known of the elements of short vectors of whole numbers: the shapes that a graph computes
 * with. This is how unknown sizes stay symbols on their way through Shape, Gather and Reshape.
 */
public final class Contents {
  /** Reshape's -1. Dims aren't negative, so negative numbers are no symbols but unknown. */
  public static final String REST = "-1";

  private static final int MOST = 64;

  private final Map<String, List<Dim>> known = new HashMap<>();
  private final Map<String, long[]> numbers = new HashMap<>();

  /** A copy of what is known of these alone. */
  public Contents of(Set<String> names) {
    Contents copy = new Contents();
    known.forEach((name, dims) -> copy.known.put(name, dims));
    numbers.forEach((name, all) -> copy.numbers.put(name, all));
    copy.known.keySet().retainAll(names);
    copy.numbers.keySet().retainAll(names);
    return copy;
  }

  public Optional<List<Dim>> find(Value value) {
    return Optional.ofNullable(known.get(value.name()));
  }

  /** The same where all of them are numbers, negative ones too. */
  public Optional<long[]> numbers(Value value) {
    return Optional.ofNullable(numbers.get(value.name()));
  }

  /** Whether a stored value is one whose elements are kept. */
  public static boolean isShort(Value stored) {
    return stored.rank() <= 1 && stored.shape().count() <= MOST;
  }

  public void put(Value value, long[] stored) {
    numbers.put(value.name(), stored.clone());
    known.put(value.name(), LongStream.of(stored).mapToObj(Contents::dim).toList());
  }

  private static boolean isNumber(Dim dim) {
    return dim.isFixed()
        || (dim instanceof Dim.Symbol symbol
            && symbol.name().startsWith("-")
            && symbol.factor() == 1);
  }

  private static long number(Dim dim) {
    return dim instanceof Dim.Symbol symbol ? Long.parseLong(symbol.name()) : dim.size();
  }

  private static Dim dim(long number) {
    return number >= 0 ? Dim.of(number) : new Dim.Symbol(Long.toString(number), 1);
  }

  /** Follows what {@code call} computes. */
  public void follow(Call call, Value result) {
    boolean isFraction = result.type().isFloating() && call.operator() == OnnxOperator.DIV;
    if (result.rank() > 1 || isFraction) {
      return;
    }
    follow(call)
        .filter(dims -> dims.size() <= MOST && !dims.contains(Dim.inferred()))
        .ifPresent(
            dims -> {
              known.put(result.name(), dims);
              if (dims.stream().allMatch(Contents::isNumber)) {
                numbers.put(result.name(), dims.stream().mapToLong(Contents::number).toArray());
              }
            });
  }

  private Optional<List<Dim>> follow(Call call) {
    return switch (call.operator()) {
      case SHAPE -> Optional.of(call.shape(0).dims());
      case SIZE ->
          call.shape(0).isFixed()
              ? Optional.of(List.of(Dim.of(call.shape(0).count())))
              : Optional.empty();
      case IDENTITY, CAST, SQUEEZE, UNSQUEEZE, RESHAPE -> call.contents(0);
      case CONCAT -> {
        List<Dim> all = new ArrayList<>();
        for (int i = 0; i < call.inputs().size(); i++) {
          Optional<List<Dim>> part = call.contents(i);
          if (part.isEmpty()) {
            yield Optional.empty();
          }
          all.addAll(part.get());
        }
        yield Optional.of(all);
      }
      case GATHER -> {
        Optional<List<Dim>> from = call.contents(0);
        Optional<long[]> at = numbers(call.input(1));
        boolean isInside =
            from.isPresent()
                && at.isPresent()
                && LongStream.of(at.get())
                    .allMatch(i -> i >= -from.get().size() && i < from.get().size());
        yield isInside
            ? Optional.of(
                LongStream.of(at.orElseThrow())
                    .mapToObj(
                        i -> from.orElseThrow().get((int) (i < 0 ? i + from.get().size() : i)))
                    .toList())
            : Optional.empty();
      }
      case SLICE -> slice(call);
      case RANGE -> range(call);
      case REDUCE_PROD -> product(call);
      case ADD, SUB, MUL, DIV, MAX, MIN -> arithmetic(call);
      default -> Optional.empty();
    };
  }

  private static Optional<List<Dim>> range(Call call) {
    Optional<long[]> start = call.numbers(0);
    Optional<long[]> limit = call.numbers(1);
    Optional<long[]> delta = call.numbers(2);
    if (start.isEmpty() || limit.isEmpty() || delta.isEmpty() || delta.get()[0] <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        LongStream.iterate(
                start.get()[0], i -> i < limit.get()[0], i -> Math.addExact(i, delta.get()[0]))
            .limit(MOST + 1)
            .mapToObj(Contents::dim)
            .toList());
  }

  private static Optional<List<Dim>> product(Call call) {
    return call.contents(0)
        .filter(
            all -> !call.has(1) && call.wholes("axes").map(axes -> axes.length == 1).orElse(true))
        .map(
            all ->
                List.of(
                    all.stream().reduce(Dim.of(1), (a, b) -> arithmetic(OnnxOperator.MUL, a, b))));
  }

  private Optional<List<Dim>> slice(Call call) {
    Optional<List<Dim>> from = call.contents(0);
    Optional<long[]> start = numbers(call.input(1));
    Optional<long[]> end = numbers(call.input(2));
    long[] step = call.has(4) ? numbers(call.input(4)).orElse(null) : new long[] {1};
    if (from.isEmpty() || start.isEmpty() || end.isEmpty() || step == null) {
      return Optional.empty();
    }
    int size = from.get().size();
    int count = (int) Inference.sliced(size, start.get()[0], end.get()[0], step[0]);
    long first = start.get()[0] < 0 ? start.get()[0] + size : start.get()[0];
    long begin = Math.max(0, Math.min(step[0] > 0 ? size : size - 1, first));
    long pace = step[0];
    return Optional.of(
        IntStream.range(0, count).mapToObj(i -> from.get().get((int) (begin + i * pace))).toList());
  }

  private Optional<List<Dim>> arithmetic(Call call) {
    Optional<List<Dim>> left = call.contents(0);
    Optional<List<Dim>> right = call.contents(1);
    if (left.isEmpty() || right.isEmpty() || call.inputs().size() != 2) {
      return Optional.empty();
    }
    int size = Math.max(left.get().size(), right.get().size());
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      result.add(
          arithmetic(
              call.operator(),
              left.get().get(left.get().size() == 1 ? 0 : i),
              right.get().get(right.get().size() == 1 ? 0 : i)));
    }
    return Optional.of(result);
  }

  private static Dim arithmetic(OnnxOperator operator, Dim a, Dim b) {
    if (a.isFixed() && b.isFixed()) {
      long left = a.size();
      long right = b.size();
      long result =
          switch (operator) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> right == 0 ? -1 : left / right;
            case MAX -> Math.max(left, right);
            case MIN -> Math.min(left, right);
            default -> -1;
          };
      return result < 0 ? Dim.inferred() : Dim.of(result);
    } else if (operator == OnnxOperator.MUL && isSize(a) && b.isFixed() && b.size() > 0) {
      return a.times(b.size());
    } else if (operator == OnnxOperator.MUL && isSize(b) && a.isFixed() && a.size() > 0) {
      return b.times(a.size());
    } else if (operator == OnnxOperator.DIV
        && a instanceof Dim.Symbol symbol
        && isSize(a)
        && b.isFixed()
        && b.size() > 0
        && symbol.factor() % b.size() == 0) {
      return new Dim.Symbol(symbol.name(), symbol.factor() / b.size());
    }
    return Dim.inferred();
  }

  private static boolean isSize(Dim dim) {
    return dim instanceof Dim.Symbol symbol
        && !symbol.name().startsWith("-")
        && !dim.equals(Dim.inferred());
  }
}

package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Follows numbers instead of symbols through a graph. Used once. */
final class Arithmetic extends Demands {
  private static final Set<OnnxOperator> WINDOWED =
      EnumSet.of(
          OnnxOperator.AVERAGE_POOL,
          OnnxOperator.CONV,
          OnnxOperator.CONV_TRANSPOSE,
          OnnxOperator.GLOBAL_AVERAGE_POOL,
          OnnxOperator.GLOBAL_MAX_POOL,
          OnnxOperator.LP_POOL,
          OnnxOperator.MAX_POOL);

  private final Map<String, Value> values = new HashMap<>();
  private final Contents contents;
  private final Map<String, Long> symbols;
  private final Map<String, Shape> observed;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private boolean isProven = true;
  private boolean isDangerous;
  private Optional<String> conflict = Optional.empty();

  /**
   * Starts.
   *
   * @param contents of stored vectors; it gets more
   * @param symbols the unknown sizes of inputs
   * @param observed shapes that values had in a run
   */
  Arithmetic(Contents contents, Map<String, Long> symbols, Map<String, Shape> observed) {
    this.contents = contents;
    this.symbols = symbols;
    this.observed = observed;
  }

  /** Adds an input or a stored tensor. */
  void given(Value value, Shape declared) {
    Shape shape = new Shape(declared.dims().stream().map(this::number).toList());
    values.put(value.name(), new Value(value.name(), value.type(), shape));
    shapes.put(value.name(), shape);
  }

  /** Adds what a graph within the graph gives, of which no more is known than was inferred. */
  void unknown(Value value, Shape inferred) {
    given(value, observed.getOrDefault(value.name(), inferred));
  }

  /** Whether an operator looks at its input through windows. */
  static boolean isWindowed(OnnxOperator operator) {
    return WINDOWED.contains(operator);
  }

  /** Says that windows were left out. */
  void leaveOutWindows() {
    isProven = false;
  }

  private Dim number(Dim dim) {
    if (dim instanceof Dim.Symbol symbol && symbols.containsKey(symbol.name())) {
      return Dim.of(symbols.get(symbol.name()) * symbol.factor());
    }
    return dim instanceof Dim.Symbol ? Dim.inferred() : dim;
  }

  /**
   * Follows a node.
   *
   * @return whether it would run
   */
  boolean follow(Call made, List<Value> outputs) {
    List<Value> inputs =
        made.inputs().stream()
            .map(input -> input.isGiven() ? values.get(input.name()) : input)
            .toList();
    Call call =
        new Call(made.operator(), inputs, made.attributes(), outputs.size(), contents, d -> d);
    isProven &=
        !isWindowed(call.operator()) || inputs.stream().allMatch(input -> input.shape().isFixed());
    try {
      of(call);
      List<Shape> results = call.operator().signature().shapes().shapes(call);
      for (int i = 0; i < outputs.size(); i++) {
        Value value = outputs.get(i);
        Shape shape = observed.getOrDefault(value.name(), results.get(i));
        Value result = new Value(value.name(), value.type(), shape);
        check(result);
        values.put(value.name(), result);
        shapes.put(value.name(), result.shape());
      }
      contents.follow(call, Objects.requireNonNull(values.get(outputs.get(0).name())));
      return true;
    } catch (SizeException e) {
      isDangerous = e.isDangerous();
      conflict = Optional.of(call.operator().onnxName() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // An axis that isn't there, sizes that don't broadcast.
      conflict = Optional.of(call.operator().onnxName() + ": sizes that don't fit");
    }
    return false;
  }

  private void check(Value result) {
    boolean isListOfSizes = result.rank() == 1 && result.type() == ElementType.INT64;
    for (Dim dim : result.shape().dims()) {
      if (dim.is(0) && !isListOfSizes && observed.isEmpty()) {
        throw new SizeException("nothing would be left of it", true);
      }
      // Of what runs, something may be empty between two of the network's own values.
      isProven &= !dim.is(0) || isListOfSizes;
    }
  }

  /** What was found. */
  Layout layout() {
    return new Layout(shapes, conflict, isDangerous, isProven && conflict.isEmpty());
  }

  @Override
  void same(Dim a, Dim b) {
    if (a.isFixed() && b.isFixed() && !a.equals(b)) {
      throw new SizeException(
          "sizes " + a.label() + " and " + b.label() + " where one is expected", false);
    }
  }

  @Override
  void alike(Dim a, Dim b) {
    if (!a.is(1) && !b.is(1)) {
      same(a, b);
    }
  }

  @Override
  void window(Dim size, long padding, long reach) {
    if (size.isFixed() && size.size() + padding < reach) {
      throw new SizeException("a window of " + reach + " on a size of " + size.label(), true);
    }
  }

  @Override
  void count(List<Dim> one, List<Dim> other) {
    if (one.stream().allMatch(Dim::isFixed) && other.stream().allMatch(Dim::isFixed)) {
      same(Dim.of(product(one)), Dim.of(product(other)));
    }
  }

  private static long product(List<Dim> dims) {
    return dims.stream().mapToLong(Dim::size).reduce(1, Math::multiplyExact);
  }

  @Override
  void call(Dim dim, String role) {
    // Numbers need no names.
  }
}

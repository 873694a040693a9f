package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is legal for an operator. Put together where {@link OnnxOperator} lists it, then read. */
public final class Signature {
  public static final Set<ElementType> ALL =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(ElementType.BFLOAT16)));
  public static final Set<ElementType> NUMERIC = without(ALL, ElementType.BOOL);
  public static final Set<ElementType> WHOLE =
      without(NUMERIC, ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16);
  public static final Set<ElementType> LOGICAL = Set.of(ElementType.BOOL);
  public static final Set<ElementType> SINGLE = Set.of(ElementType.FLOAT, ElementType.FLOAT16);
  public static final Set<ElementType> REAL =
      Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16);
  public static final Set<ElementType> REAL_AND_WHOLE =
      Set.of(
          ElementType.FLOAT,
          ElementType.DOUBLE,
          ElementType.FLOAT16,
          ElementType.INT32,
          ElementType.INT64);
  public static final Set<ElementType> ARITHMETIC =
      Set.of(
          ElementType.FLOAT,
          ElementType.DOUBLE,
          ElementType.FLOAT16,
          ElementType.INT32,
          ElementType.INT64,
          ElementType.UINT32,
          ElementType.UINT64);

  /** Where the elements' type of the outputs comes from. */
  @FunctionalInterface
  public interface Result {
    Result DATA = (call, i) -> call.input(call.operator().signature().firstData()).type();
    Result BOOL = (call, i) -> ElementType.BOOL;
    Result INT64 = (call, i) -> ElementType.INT64;
    Result FLOAT = (call, i) -> ElementType.FLOAT;
    Result TOP_K = (call, i) -> i == 0 ? call.input(0).type() : ElementType.INT64;
    Result UNIQUE = TOP_K;
    Result QUANTIZED = (call, i) -> call.has(2) ? call.input(2).type() : ElementType.UINT8;
    Result CAST =
        (call, i) -> type(call.whole("to", call.whole("dtype", 0))).orElse(call.input(0).type());
    Result VALUE =
        (call, i) ->
            call.attributes().get("value") instanceof Attribute.Scalar scalar
                ? scalar.type()
                : ElementType.FLOAT;

    ElementType type(Call call, int output);

    private static Optional<ElementType> type(long number) {
      return EnumSet.allOf(ElementType.class).stream()
          .filter(type -> type.number() == number)
          .findFirst();
    }
  }

  private static final Map<String, Class<? extends Attribute>> KINDS =
      Map.of(
          "int", Attribute.Whole.class,
          "ints", Attribute.Wholes.class,
          "real", Attribute.Real.class,
          "reals", Attribute.Reals.class,
          "text", Attribute.Text.class,
          "texts", Attribute.Texts.class,
          "tensor", Attribute.Scalar.class);

  private final String name;
  private int leastInputs = 1;
  private int mostInputs = 1;
  private int since = Opset.LEAST;
  private Set<Integer> data = Set.of();
  private boolean allAreData = true;
  private Inference shapes = Inference::same;
  private boolean broadcasts;
  private Result result = Result.DATA;
  private Set<ElementType> runs = ALL;
  private final Map<String, Class<? extends Attribute>> attributes = new LinkedHashMap<>();
  private final Set<String> required = new LinkedHashSet<>();

  private Signature(String name) {
    this.name = name;
  }

  public static Signature of(String name) {
    return new Signature(name);
  }

  /** One of two inputs that broadcast. */
  public static Signature pairwise(String name) {
    return of(name).inputs(2, 2).broadcast();
  }

  /** One of the Reduce family. */
  public static Signature reduction(String name) {
    return of(name)
        .inputs(1, 2)
        .shapes(Inference::reduce)
        .data(0)
        .takes("axes:ints", "keepdims:int!", "noop_with_empty_axes:int");
  }

  public Signature inputs(int least, int most) {
    leastInputs = least;
    mostInputs = most;
    return this;
  }

  public Signature since(int opset) {
    since = opset;
    return this;
  }

  /** The inputs that share one type of elements; all, unless this says less. */
  public Signature data(Integer... inputs) {
    data = new LinkedHashSet<>(List.of(inputs));
    allAreData = false;
    return this;
  }

  public Signature shapes(Inference inference) {
    shapes = inference;
    return this;
  }

  /** All inputs are broadcast to one shape. */
  public Signature broadcast() {
    broadcasts = true;
    return shapes(Inference::broadcast);
  }

  public Signature gives(Result type) {
    result = type;
    return this;
  }

  public Signature runs(Set<ElementType> types) {
    runs = types;
    return this;
  }

  public Signature runs(ElementType... types) {
    return runs(Set.of(types));
  }

  /** Attributes as {@code name:kind}, with an exclamation mark if they have to be given. */
  public Signature takes(String... specifications) {
    for (String specification : specifications) {
      boolean isRequired = specification.endsWith("!");
      String[] parts = specification.replace("!", "").split(":", -1);
      attributes.put(parts[0], Optional.ofNullable(KINDS.get(parts[1])).orElseThrow());
      if (isRequired) {
        required.add(parts[0]);
      }
    }
    return this;
  }

  public String name() {
    return name;
  }

  public int since() {
    return since;
  }

  public boolean isData(int input) {
    return allAreData || data.contains(input);
  }

  private int firstData() {
    return data.isEmpty() ? 0 : data.iterator().next();
  }

  public Inference shapes() {
    return shapes;
  }

  public boolean broadcasts() {
    return broadcasts;
  }

  public Result result() {
    return result;
  }

  public Set<ElementType> runs() {
    return runs;
  }

  /**
   * Checks a node.
   *
   * @throws IllegalArgumentException if the operator doesn't take that
   */
  public void check(String node, Opset opset, List<Value> inputs, List<Attribute> given) {
    if (opset.version() < since) {
      throw new IllegalArgumentException(
          "%s (%s): expected opset %d or more, received %d"
              .formatted(node, name, since, opset.version()));
    }
    if (inputs.size() < leastInputs || inputs.size() > mostInputs) {
      throw new IllegalArgumentException(
          "%s (%s): expected %d to %d inputs, received %d"
              .formatted(node, name, leastInputs, mostInputs, inputs.size()));
    }
    for (Attribute attribute : given) {
      Class<? extends Attribute> type = attributes.get(attribute.name());
      if (type == null || !type.isInstance(attribute)) {
        throw new IllegalArgumentException(
            "%s (%s): expected attributes out of %s, received %s"
                .formatted(node, name, attributes.keySet(), attribute));
      }
    }
    List<String> names = given.stream().map(Attribute::name).toList();
    if (Set.copyOf(names).size() != names.size() || !names.containsAll(required)) {
      throw new IllegalArgumentException(
          "%s (%s): expected attributes %s, each once, received %s"
              .formatted(node, name, required, names));
    }
    Set<ElementType> types = new HashSet<>();
    List<String> received = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (isData(i) && inputs.get(i).isGiven()) {
        types.add(inputs.get(i).type());
        received.add(inputs.get(i).name() + " " + inputs.get(i).type());
      }
    }
    if (types.size() > 1 || !runs.containsAll(types)) {
      throw new MisfitException(
          "%s (%s): expected inputs of one type out of %s, received %s"
              .formatted(
                  node, name, runs.stream().sorted().collect(Collectors.toList()), received));
    }
  }

  private static Set<ElementType> without(Set<ElementType> types, ElementType... left) {
    EnumSet<ElementType> rest = EnumSet.copyOf(types);
    rest.removeAll(List.of(left));
    return Collections.unmodifiableSet(rest);
  }
}

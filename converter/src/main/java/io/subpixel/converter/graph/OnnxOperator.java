package io.subpixel.converter.graph;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ONNX operators that can be emitted, with what is legal for them in every opset that {@link
 * Opset} accepts. The pages are at {@code https://onnx.ai/onnx/operators/}.
 */
public enum OnnxOperator {
  ADD("Add", 2, 2, Map.of()),
  CONCAT("Concat", 1, Integer.MAX_VALUE, Map.of("axis", Attribute.Whole.class), "axis"),
  CONV(
      "Conv",
      2,
      3,
      Map.of(
          "auto_pad", Attribute.Text.class,
          "dilations", Attribute.Wholes.class,
          "group", Attribute.Whole.class,
          "kernel_shape", Attribute.Wholes.class,
          "pads", Attribute.Wholes.class,
          "strides", Attribute.Wholes.class)),
  DEPTH_TO_SPACE(
      "DepthToSpace",
      1,
      1,
      Map.of("blocksize", Attribute.Whole.class, "mode", Attribute.Text.class),
      "blocksize",
      "mode"),
  DIV("Div", 2, 2, Map.of()),
  IDENTITY("Identity", 1, 1, Map.of()),
  LEAKY_RELU("LeakyRelu", 1, 1, Map.of("alpha", Attribute.Real.class), "alpha"),
  MUL("Mul", 2, 2, Map.of()),
  RELU("Relu", 1, 1, Map.of()),
  SIGMOID("Sigmoid", 1, 1, Map.of()),
  SUB("Sub", 2, 2, Map.of()),
  TANH("Tanh", 1, 1, Map.of()),
  TRANSPOSE("Transpose", 1, 1, Map.of("perm", Attribute.Wholes.class), "perm");

  private final String onnxName;
  private final int leastInputs;
  private final int mostInputs;

  // Error Prone can't see that Map.of is immutable behind a Map.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Map<String, Class<? extends Attribute>> attributes;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> required;

  /** The {@code required} ones may be optional in ONNX: what has a default there is spelled out. */
  OnnxOperator(
      String onnxName,
      int leastInputs,
      int mostInputs,
      Map<String, Class<? extends Attribute>> attributes,
      String... required) {
    this.onnxName = onnxName;
    this.leastInputs = leastInputs;
    this.mostInputs = mostInputs;
    this.attributes = attributes;
    this.required = Set.of(required);
  }

  /** The name in ONNX, such as {@code Conv}. */
  public String onnxName() {
    return onnxName;
  }

  void check(String node, List<String> inputs, List<Attribute> given) {
    if (inputs.size() < leastInputs || inputs.size() > mostInputs) {
      throw new IllegalArgumentException(
          "%s (%s): expected %d to %d inputs, received %d"
              .formatted(node, onnxName, leastInputs, mostInputs, inputs.size()));
    }
    for (Attribute attribute : given) {
      Class<? extends Attribute> type = attributes.get(attribute.name());
      if (type == null || !type.isInstance(attribute)) {
        throw new IllegalArgumentException(
            "%s (%s): expected attributes out of %s, received %s"
                .formatted(node, onnxName, attributes.keySet(), attribute));
      }
    }
    List<String> names = given.stream().map(Attribute::name).toList();
    if (Set.copyOf(names).size() != names.size() || !names.containsAll(required)) {
      throw new IllegalArgumentException(
          "%s (%s): expected attributes %s, each once, received %s"
              .formatted(node, onnxName, required, names));
    }
  }
}

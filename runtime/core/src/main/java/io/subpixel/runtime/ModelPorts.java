package io.subpixel.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import io.subpixel.pictures.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The input and the output of a model with one of each, as its file declares them.
 *
 * @param input the input
 * @param output the output
 * @param element the element type of both
 */
record ModelPorts(Port input, Port output, ElementType element) {
  /** The size of a free axis. */
  static final long FREE = -1;

  private static final int RANK = 4;

  /**
   * An input or an output.
   *
   * @param name its name
   * @param type its elements
   * @param shape the sizes of its four axes, {@link #FREE} for any
   */
  record Port(String name, @Nullable OnnxJavaType type, List<Long> shape) {
    /** Returns whether an axis accepts a size. */
    boolean allows(int axis, long size) {
      return shape.get(axis) == FREE || shape.get(axis) == size;
    }

    @Override
    public String toString() {
      return type + " " + shape.toString().replace("-1", "any");
    }
  }

  /**
   * Reads them from a session.
   *
   * @param where the model, for messages
   * @param session the model's
   * @throws InvalidInputException if there are others, or if one isn't a picture
   */
  static ModelPorts of(String where, Session session) throws OrtException, InvalidInputException {
    Port input = picture(where, "input", session.info().getInputInfo());
    Port output = picture(where, "output", session.info().getOutputInfo());
    if (session.ending().isPresent()) {
      // As whoever reads a result restores it.
      output = new Port(output.name, output.type, List.of(input.shape.get(0), 1L, FREE, FREE));
    }
    Optional<ElementType> element = element(input);
    if (element.isEmpty()) {
      throw new InvalidInputException(where + ": " + input.name, anyElement(), input.toString());
    }
    if (output.type != input.type) {
      throw new InvalidInputException(
          where + ": " + output.name, input.type + ", as the input", output.toString());
    }
    return new ModelPorts(input, output, element.get());
  }

  /** Returns the required width of the input, if it is fixed. */
  OptionalInt fixedWidth(TensorLayout layout) {
    return fixed(layout.rowAxis() + 1);
  }

  /** Returns the required height of the input, if it is fixed. */
  OptionalInt fixedHeight(TensorLayout layout) {
    return fixed(layout.rowAxis());
  }

  private OptionalInt fixed(int axis) {
    long size = input.shape.get(axis);
    return size == FREE ? OptionalInt.empty() : OptionalInt.of((int) size);
  }

  private static Port picture(String where, String role, Map<String, NodeInfo> ports)
      throws InvalidInputException {
    if (ports.size() != 1) {
      throw new InvalidInputException(where, "one " + role, ports.keySet() + "");
    }
    NodeInfo info = ports.values().iterator().next();
    if (!(info.getInfo() instanceof TensorInfo tensor)) {
      throw new InvalidInputException(
          where + ": " + info.getName(),
          "a tensor",
          info.getInfo() instanceof SequenceInfo ? "a sequence" : "a map");
    }
    Port port =
        new Port(info.getName(), tensor.type, Arrays.stream(tensor.getShape()).boxed().toList());
    if (port.shape.size() != RANK) {
      throw new InvalidInputException(
          where + ": " + port.name,
          "an image, [N,C,H,W] or [N,H,W,C]",
          port + ", " + port.shape.size() + " axes");
    }
    if (!port.allows(0, 1)) {
      throw new InvalidInputException(
          where + ": " + port.name, "one image, or any number", port.toString());
    }
    return port;
  }

  private static Optional<ElementType> element(Port port) {
    return Stream.of(ElementType.values()).filter(e -> e.onnx() == port.type).findFirst();
  }

  private static String anyElement() {
    return Stream.of(ElementType.values())
        .map(element -> element.onnx().toString())
        .collect(Collectors.joining(" or "));
  }
}

package io.subpixel.converter.graph;

import io.subpixel.converter.internal.graph.Call;
import io.subpixel.converter.internal.graph.Contents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import onnx.Onnx;

/**
 * What a network costs to run, and how far its pixels see, told from its nodes without running
 * them: shapes are inferred as far as the operators are known.
 *
 * @param macs multiply-accumulates of convolutions and matrix products for one run, where all sizes
 *     are known; for one example, where the number of them is all that isn't
 * @param macsPerPixel the same for each pixel of the first input {@code [N,C,H,W]}, where its
 *     height and width are unknown
 * @param receptiveRadius how many pixels of the first input around a pixel its results depend on,
 *     where nothing but convolutions with stride 1, elementwise operators and DepthToSpace lies
 *     between
 * @since 0.1
 */
public record OnnxCost(
    OptionalLong macs, OptionalLong macsPerPixel, Optional<Integer> receptiveRadius) {

  private static final OnnxCost UNKNOWN =
      new OnnxCost(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

  private static final Map<String, OnnxOperator> OPERATORS =
      Arrays.stream(OnnxOperator.values())
          .collect(Collectors.toMap(OnnxOperator::onnxName, Function.identity()));

  /** What is known of a value: its shape, and how it lies over the pixels of the input. */
  private record Known(Value value, Optional<Sight> sight) {}

  /**
   * How a value lies over the input.
   *
   * @param radius in pixels of the input
   * @param perPixel how many of the value's pixels fit along one of the input's
   */
  private record Sight(double radius, long perPixel) {}

  /** Of a model that was read. */
  static OnnxCost of(Onnx.GraphProto graph) {
    try {
      return new Walk(graph).cost();
    } catch (RuntimeException e) {
      // Operators or settings that aren't known here; the model may be right all the same.
      return UNKNOWN;
    }
  }

  private static final class Walk {
    private final Onnx.GraphProto graph;
    private final Map<String, Known> known = new HashMap<>();
    private final Contents contents = new Contents();
    private long macs;
    private long macsPerPixel;
    private boolean isCounted = true;
    private boolean isCountedPerPixel = true;

    Walk(Onnx.GraphProto graph) {
      this.graph = graph;
    }

    OnnxCost cost() {
      for (Onnx.TensorProto tensor : graph.getInitializerList()) {
        store(tensor);
      }
      boolean isFirst = true;
      for (Onnx.ValueInfoProto input : graph.getInputList()) {
        if (!known.containsKey(input.getName())) {
          Value value = value(input);
          boolean sees = isFirst && value.rank() == 4;
          known.put(
              value.name(),
              new Known(value, sees ? Optional.of(new Sight(0, 1)) : Optional.empty()));
          isFirst = false;
        }
      }
      for (Onnx.NodeProto node : graph.getNodeList()) {
        follow(node);
      }
      Optional<Integer> radius = Optional.of(0);
      for (Onnx.ValueInfoProto output : graph.getOutputList()) {
        Optional<Sight> sight =
            Optional.ofNullable(known.get(output.getName())).flatMap(Known::sight);
        radius =
            radius.flatMap(most -> sight.map(seen -> Math.max(most, (int) Math.ceil(seen.radius))));
      }
      boolean isPicture = macs == 0 && macsPerPixel > 0;
      return new OnnxCost(
          isCounted && !isPicture ? OptionalLong.of(macs) : OptionalLong.empty(),
          isCountedPerPixel && isPicture ? OptionalLong.of(macsPerPixel) : OptionalLong.empty(),
          radius);
    }

    private void store(Onnx.TensorProto tensor) {
      ElementType type = type(tensor.getDataType());
      long[] sizes = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
      Value value = new Value(tensor.getName(), type, Shape.of(sizes));
      known.put(value.name(), new Known(value, Optional.empty()));
      if (type == ElementType.INT64 && Contents.isShort(value)) {
        long[] numbers =
            tensor.getRawData().isEmpty()
                ? tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray()
                : longs(tensor);
        contents.put(value, numbers);
      }
    }

    private static long[] longs(Onnx.TensorProto tensor) {
      Elements elements =
          new Elements(ElementType.INT64, tensor.getRawData().asReadOnlyByteBuffer());
      long[] numbers = new long[Math.toIntExact(elements.count())];
      elements.bytes().asLongBuffer().get(numbers);
      return numbers;
    }

    private void follow(Onnx.NodeProto node) {
      OnnxOperator operator = OPERATORS.get(node.getOpType());
      if (operator == null) {
        throw new IllegalArgumentException(node.getOpType() + " isn't known");
      }
      List<Value> inputs = new ArrayList<>();
      List<Known> read = new ArrayList<>();
      for (String name : node.getInputList()) {
        Known one = known.get(name);
        if (one == null && !name.isEmpty()) {
          throw new IllegalArgumentException(name + " isn't known");
        }
        inputs.add(one == null ? Value.NONE : one.value());
        if (one != null) {
          read.add(one);
        }
      }
      Map<String, Attribute> attributes = new HashMap<>();
      for (Onnx.AttributeProto attribute : node.getAttributeList()) {
        attribute(attribute).ifPresent(a -> attributes.put(a.name(), a));
      }
      Call call =
          new Call(operator, inputs, attributes, node.getOutputCount(), contents, dim -> dim);
      List<Shape> shapes = operator.signature().shapes().shapes(call);
      for (int i = 0; i < node.getOutputCount(); i++) {
        ElementType type = operator.signature().result().type(call, i);
        Value value = new Value(node.getOutput(i), type, shapes.get(i));
        known.put(value.name(), new Known(value, sight(call, read)));
        if (i == 0) {
          contents.follow(call, value);
          count(call, value);
        }
      }
    }

    private void count(Call call, Value made) {
      long each =
          switch (call.operator()) {
            case CONV -> product(call.shape(1).dims().subList(1, call.shape(1).rank()));
            case MAT_MUL, GEMM -> call.input(0).dim(call.whole("transA", 0) == 0 ? -1 : 0).size();
            case CONV_TRANSPOSE -> product(call.shape(1).dims().subList(1, call.shape(1).rank()));
            default -> 0;
          };
      if (each == 0) {
        return;
      }
      // A transposed convolution spreads each value of its input, the others collect.
      Shape over = call.operator() == OnnxOperator.CONV_TRANSPOSE ? call.shape(0) : made.shape();
      boolean isBatch = over.rank() > 1 && !over.dim(0).isFixed();
      Shape one = isBatch ? over.with(0, Dim.of(1)) : over;
      if (one.isFixed()) {
        macs = Math.addExact(macs, Math.multiplyExact(each, one.count()));
      } else if (over.rank() == 4 && over.dim(1).isFixed()) {
        isCounted = false;
        Optional<Long> pixels = perPixel(over);
        isCountedPerPixel &= pixels.isPresent();
        macsPerPixel += each * over.dim(1).size() * pixels.orElse(0L);
      } else {
        isCounted = false;
        isCountedPerPixel = false;
      }
    }

    /** How many pixels of a value there are for each of the input. */
    private static Optional<Long> perPixel(Shape shape) {
      return shape.dim(2) instanceof Dim.Symbol height && shape.dim(3) instanceof Dim.Symbol width
          ? Optional.of(height.factor() * width.factor())
          : Optional.empty();
    }

    private static long product(List<Dim> dims) {
      return dims.stream().mapToLong(Dim::size).reduce(1, Math::multiplyExact);
    }

    private static Optional<Sight> sight(Call call, List<Known> read) {
      List<Sight> seen = read.stream().flatMap(one -> one.sight().stream()).toList();
      if (seen.isEmpty()) {
        return Optional.empty();
      }
      long perPixel = seen.get(0).perPixel();
      double radius = seen.stream().mapToDouble(Sight::radius).max().orElse(0);
      boolean isAligned = seen.stream().allMatch(one -> one.perPixel() == perPixel);
      return switch (call.operator()) {
        case CONV -> {
          long[] kernel = call.shape(1).sizes();
          long[] dilations = call.wholes("dilations", kernel.length - 2, 1);
          boolean isDense =
              Arrays.stream(call.wholes("strides", kernel.length - 2, 1)).allMatch(s -> s == 1);
          long reach = 0;
          for (int i = 2; i < kernel.length; i++) {
            reach = Math.max(reach, (kernel[i] * dilations[i - 2] - dilations[i - 2] + 1) / 2);
          }
          yield isDense
              ? Optional.of(new Sight(radius + (double) reach / perPixel, perPixel))
              : Optional.empty();
        }
        case DEPTH_TO_SPACE ->
            Optional.of(new Sight(radius, perPixel * call.whole("blocksize", 1)));
        case ADD,
            SUB,
            MUL,
            DIV,
            MAX,
            MIN,
            RELU,
            LEAKY_RELU,
            PRELU,
            TANH,
            SIGMOID,
            CLIP,
            CAST,
            IDENTITY,
            CONCAT,
            ELU,
            SOFTPLUS,
            SPLIT ->
            isAligned ? Optional.of(new Sight(radius, perPixel)) : Optional.empty();
        default -> Optional.empty();
      };
    }

    private static Value value(Onnx.ValueInfoProto info) {
      List<Dim> dims = new ArrayList<>();
      for (Onnx.TensorShapeProto.Dimension dim :
          info.getType().getTensorType().getShape().getDimList()) {
        dims.add(
            dim.hasDimValue()
                ? Dim.of(dim.getDimValue())
                : Dim.named(dim.getDimParam().isEmpty() ? "?" + dims.size() : dim.getDimParam()));
      }
      return new Value(
          info.getName(), type(info.getType().getTensorType().getElemType()), new Shape(dims));
    }

    private static ElementType type(int number) {
      return Arrays.stream(ElementType.values())
          .filter(type -> type.number() == number)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("type " + number + " isn't known"));
    }

    private static Optional<Attribute> attribute(Onnx.AttributeProto proto) {
      String name = proto.getName();
      return switch (proto.getType()) {
        case INT -> Optional.of(Attribute.whole(name, proto.getI()));
        case INTS ->
            Optional.of(
                Attribute.wholes(
                    name, proto.getIntsList().stream().mapToLong(Long::longValue).toArray()));
        case STRING -> Optional.of(Attribute.text(name, proto.getS().toStringUtf8()));
        default -> Optional.empty();
      };
    }
  }
}

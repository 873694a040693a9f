package io.subpixel.converter.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.Emitter;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OnnxGraphTest {
  private static final Shape SHAPE = Shape.of(Dim.named("N"), Dim.of(4));

  private OnnxGraph graph = new OnnxGraph("test", Opset.DEFAULT, List.of("taken"));
  private Value x = Value.NONE;

  @BeforeEach
  void start() {
    graph = new OnnxGraph("test", Opset.DEFAULT, List.of("taken"));
    x = graph.input("x", ElementType.FLOAT, SHAPE);
  }

  @Test
  void freshNamesAreTakenByNothing() {
    assertThat(List.of(graph.fresh("taken"), graph.fresh("taken"), graph.fresh("x")))
        .containsExactly("taken_1", "taken_2", "x_1");
  }

  @Test
  void aValueIsDefinedOnceAndBeforeItIsRead() {
    Value stranger = new Value("z", ElementType.FLOAT, SHAPE);
    assertThatThrownBy(() -> graph.input("x", ElementType.FLOAT, SHAPE))
        .hasMessageContaining("\"x\"");
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "y", List.of(stranger)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("z: expected a value that is already defined");
  }

  @Test
  void arityIsChecked() {
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "y", List.of(x, x)))
        .hasMessage("y (Relu): expected 1 to 1 inputs, received 2");
    assertThatThrownBy(() -> graph.node(OnnxOperator.ADD, "y", List.of(x)))
        .hasMessage("y (Add): expected 2 to 2 inputs, received 1");
  }

  @Test
  void attributesAreChecked() {
    assertThatThrownBy(
            () -> graph.node(OnnxOperator.RELU, "y", List.of(x), Attribute.real("alpha", 0.1f)))
        .hasMessageContaining("received Real[name=alpha");
    assertThatThrownBy(
            () -> graph.node(OnnxOperator.LEAKY_RELU, "y", List.of(x), Attribute.whole("alpha", 1)))
        .hasMessageContaining("received Whole[name=alpha");
    assertThatThrownBy(
            () ->
                graph.node(
                    OnnxOperator.DEPTH_TO_SPACE, "y", List.of(x), Attribute.whole("blocksize", 2)))
        .hasMessageContaining("mode");
  }

  @Test
  void typesAreWhatOnnxRuntimeRuns() {
    Value bits = graph.input("bits", ElementType.BOOL, SHAPE);
    assertThatThrownBy(() -> graph.node(OnnxOperator.ADD, "y", List.of(x, bits)))
        .hasMessageContaining("expected inputs of one type")
        .hasMessageContaining("received [x FLOAT, bits BOOL]");
    assertThatThrownBy(() -> graph.node(OnnxOperator.TANH, "y", List.of(bits)))
        .hasMessageContaining("received [bits BOOL]");
    assertThat(graph.node(OnnxOperator.EQUAL, "y", List.of(bits, bits)).type())
        .isEqualTo(ElementType.BOOL);
  }

  @Test
  void anOperatorOfALaterOpsetIsRefused() {
    Value whole = graph.input("whole", ElementType.INT32, SHAPE);
    assertThatThrownBy(() -> graph.node(OnnxOperator.BITWISE_NOT, "y", List.of(whole)))
        .hasMessage("y (BitwiseNot): expected opset 18 or more, received 17");
  }

  @Test
  void anInitializerHasAsManyValuesAsItsSizesSay() {
    assertThatThrownBy(
            () -> graph.initializer("w", Elements.of(ElementType.FLOAT, new double[5]), 2, 3))
        .hasMessage("w: expected the values of [2, 3], received 5");
  }

  @Test
  void sizesStaySymbolsThroughShapeArithmetic() {
    Emitter e = new Emitter(graph);
    Value picture =
        graph.input(
            "picture",
            ElementType.FLOAT,
            Shape.of(Dim.named("N"), Dim.of(12), Dim.named("H"), Dim.named("W")));
    Value twice = e.concat(0, e.sizesOf(picture, 0, 1), e.mul(e.sizesOf(picture, 2, 3), 2));
    assertThat(e.expand(e.scalar(picture, 1), twice).shape().toString())
        .isEqualTo("[N,12,x2H,x2W]");
    assertThat(e.reshape(picture, 0, 3, 4, 0, -1).shape().toString()).isEqualTo("[N,3,4,W,H]");
    assertThat(e.reshape(picture, 0, -1, 4).shape().dim(1)).isInstanceOf(Dim.Symbol.class);
  }

  @Test
  void whatNoOutputNeedsIsLeftOut() {
    Emitter e = new Emitter(graph);
    e.exp(e.mul(x, 2));
    graph.output("y", e.add(x, 1));
    assertThat(graph.model().getGraph().getNodeList()).hasSize(1);
    assertThat(graph.model().getGraph().getInitializerList()).hasSize(1);
    assertThat(graph.parameters()).isEqualTo(1);
  }

  @Test
  void unknownSizesBroadcast() {
    Dim n = Dim.named("N");
    assertThat(Shape.broadcast(Shape.of(n, Dim.of(1)), Shape.of(7)).toString()).isEqualTo("[N,7]");
    assertThat(Shape.broadcast(Shape.of(n), Shape.of(5)).toString()).isEqualTo("[5]");
    Value other = graph.input("m", ElementType.FLOAT, Shape.of(Dim.named("M"), Dim.of(4)));
    graph.keepApart(List.of("N", "M"));
    assertThat(graph.node(OnnxOperator.ADD, "a/b", List.of(x, other)).shape().toString())
        .isEqualTo("[a_b_d0,4]");
    Value third = graph.input("k", ElementType.FLOAT, Shape.of(Dim.named("K"), Dim.of(4)));
    graph.node(OnnxOperator.ADD, "c", List.of(x, third));
    assertThat(graph.shape(third).toString()).isEqualTo("[N,4]");
    assertThatThrownBy(() -> Shape.broadcast(Shape.of(4), Shape.of(5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void halvesAreRoundedToTheNearest() {
    assertThat(Elements.half(1)).isEqualTo((short) 0x3c00);
    assertThat(Elements.half(-65504)).isEqualTo((short) 0xfbff);
    assertThat(Elements.half(65520)).isEqualTo((short) 0x7c00);
    assertThat(Elements.half(0x1p-24f)).isEqualTo((short) 1);
    assertThat(Elements.half(1 + 0x1p-11f)).isEqualTo((short) 0x3c00);
    assertThat(Elements.half(1 + 0x1p-11f + 0x1p-20f)).isEqualTo((short) 0x3c01);
    for (int bits = 0; bits < 0x7c00; bits++) {
      assertThat(Elements.half(Elements.single((short) bits))).isEqualTo((short) bits);
    }
  }
}

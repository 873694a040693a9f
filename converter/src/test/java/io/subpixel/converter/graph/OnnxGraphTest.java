package io.subpixel.converter.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OnnxGraphTest {
  private static final Shape SHAPE = Shape.of(Dim.named("N"), Dim.of(4));

  private OnnxGraph graph = new OnnxGraph("test", Opset.DEFAULT, List.of("taken"));

  @BeforeEach
  void start() {
    graph = new OnnxGraph("test", Opset.DEFAULT, List.of("taken"));
    graph.input("x", SHAPE);
  }

  @Test
  void freshNamesAreTakenByNothing() {
    assertThat(List.of(graph.fresh("taken"), graph.fresh("taken"), graph.fresh("x")))
        .containsExactly("taken_1", "taken_2", "x_1");
  }

  @Test
  void aValueIsDefinedOnceAndBeforeItIsRead() {
    assertThatThrownBy(() -> graph.input("x", SHAPE)).hasMessageContaining("\"x\"");
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "y", SHAPE, List.of("z")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("z: expected a value that is already defined");
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "x", SHAPE, List.of("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arityIsChecked() {
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "y", SHAPE, List.of("x", "x")))
        .hasMessage("y (Relu): expected 1 to 1 inputs, received 2");
    assertThatThrownBy(() -> graph.node(OnnxOperator.ADD, "y", SHAPE, List.of("x")))
        .hasMessage("y (Add): expected 2 to 2 inputs, received 1");
  }

  @Test
  void attributesAreChecked() {
    List<String> x = List.of("x");
    assertThatThrownBy(
            () -> graph.node(OnnxOperator.RELU, "y", SHAPE, x, Attribute.real("alpha", 0.1f)))
        .hasMessageContaining("received Real[name=alpha");
    assertThatThrownBy(
            () -> graph.node(OnnxOperator.LEAKY_RELU, "y", SHAPE, x, Attribute.whole("alpha", 1)))
        .hasMessageContaining("received Whole[name=alpha");
    assertThatThrownBy(
            () ->
                graph.node(
                    OnnxOperator.DEPTH_TO_SPACE, "y", SHAPE, x, Attribute.whole("blocksize", 2)))
        .hasMessageContaining("mode");
  }

  @Test
  void anInitializerHasAsManyValuesAsItsSizesSay() {
    assertThatThrownBy(() -> graph.initializer("w", new float[5], 2, 3))
        .hasMessage("w: expected the values of [2, 3], received 5");
  }

  @Test
  void unknownSizesBroadcast() {
    Dim n = Dim.named("N");
    assertThat(Shape.broadcast(Shape.of(n, Dim.of(1)), Shape.of(7), "y").toString())
        .isEqualTo("[N,7]");
    assertThat(Shape.broadcast(Shape.of(n), Shape.of(Dim.named("M")), "a/b").toString())
        .isEqualTo("[a_b_d0]");
    assertThat(Shape.broadcast(Shape.of(n), Shape.of(5), "y").toString()).isEqualTo("[5]");
    assertThatThrownBy(() -> Shape.broadcast(Shape.of(4), Shape.of(5), "y"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

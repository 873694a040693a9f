package io.subpixel.converter.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OnnxCostTest {
  @TempDir Path folder;

  static List<String> pretrained() {
    return Pretrained.names();
  }

  @ParameterizedTest
  @MethodSource("pretrained")
  void shippedModelsCostWhatTheirCardsSay(String name) throws IOException {
    ModelCard card = Pretrained.card(name);
    Path file = folder.resolve("model.onnx");
    Files.write(file, Pretrained.onnx(name));

    OnnxCost cost = OnnxFile.read(file).cost();

    assertThat(cost.macsPerPixel()).hasValue(card.macsPerLrPixel());
    assertThat(cost.receptiveRadius()).hasValue(card.receptiveRadius());
    assertThat(cost.macs()).isEmpty();
  }

  @Test
  void oneExampleIsCountedWhereTheirNumberIsUnknown() {
    OnnxGraph graph = new OnnxGraph("test", Opset.DEFAULT, List.of());
    Emitter e = new Emitter(graph);
    Value x = graph.input("x", ElementType.FLOAT, Shape.of(Dim.named("N"), Dim.of(3)));
    Value w = e.stored(Elements.of(ElementType.FLOAT, new double[12]), 3, 4);
    graph.output("y", e.matmul(x, w));

    assertThat(OnnxCost.of(graph.model().getGraph()).macs()).hasValue(3 * 4);
  }

  @Test
  void knownSizesAreCountedAsAWhole() {
    OnnxGraph graph = new OnnxGraph("test", Opset.DEFAULT, List.of());
    Emitter e = new Emitter(graph);
    Value x = graph.input("x", ElementType.FLOAT, Shape.of(2, 3));
    Value w = e.stored(Elements.of(ElementType.FLOAT, new double[12]), 3, 4);
    graph.output("y", e.matmul(x, w));

    OnnxCost cost = OnnxCost.of(graph.model().getGraph());

    assertThat(cost.macs()).hasValue(2 * 3 * 4);
    assertThat(cost.receptiveRadius()).isEmpty();
  }
}

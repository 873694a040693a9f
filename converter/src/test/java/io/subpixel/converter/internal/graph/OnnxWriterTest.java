package io.subpixel.converter.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxWriterTest {
  @TempDir Path folder;

  private OnnxGraph graph = new OnnxGraph("test", Opset.DEFAULT, List.of());
  private Path file = Path.of("");

  @BeforeEach
  void start() {
    file = folder.resolve("model.onnx");
    graph = new OnnxGraph("test", Opset.DEFAULT, List.of());
    Value y = graph.input("x", ElementType.FLOAT, Shape.of(Dim.named("N"), Dim.of(300)));
    for (int i = 0; i < 3; i++) {
      double[] numbers = new double[300];
      java.util.Arrays.setAll(numbers, at -> at * 0.25);
      Value w = graph.initializer("w" + i, Elements.of(ElementType.FLOAT, numbers), 300);
      Value one = graph.initializer("c" + i, Elements.of(ElementType.FLOAT, i + 1.0), 1);
      y = graph.node(OnnxOperator.MUL, "m", List.of(y, w));
      y = graph.node(OnnxOperator.ADD, "a", List.of(y, one));
    }
    graph.output("y", y);
  }

  @Test
  void theFileIsTheModel() throws IOException {
    graph.write(file, Map.of("key", "value"), OnnxGraph.MOST_BYTES);

    Onnx.ModelProto read = Onnx.ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(read.getGraph()).isEqualTo(graph.model().getGraph());
    assertThat(read.getMetadataProps(0).getValue()).isEqualTo("value");
    assertThat(OnnxGraph.dataOf(file)).doesNotExist();
    assertThat(OnnxFile.read(file).parameters()).isEqualTo(903);
  }

  @Test
  void oneByteTooManyMovesTheWeights() throws IOException {
    graph.write(file, Map.of(), OnnxGraph.MOST_BYTES);
    long whole = Files.size(file);
    graph.write(file, Map.of(), whole);
    assertThat(OnnxGraph.dataOf(file)).doesNotExist();

    graph.write(file, Map.of(), whole - 1);

    assertThat(OnnxGraph.dataOf(file)).hasSize(2 * OnnxWriter.ALIGNMENT + 1200);
    assertThat(file).satisfies(model -> assertThat(Files.size(model)).isLessThan(whole / 2));
    Onnx.ModelProto read = Onnx.ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(read.getGraph().getInitializerList())
        .filteredOn(t -> t.getDataLocation() == Onnx.TensorProto.DataLocation.EXTERNAL)
        .extracting(t -> t.getExternalData(0).getValue() + " " + t.getExternalData(1).getValue())
        .containsExactly("model.onnx.data 0", "model.onnx.data 4096", "model.onnx.data 8192");
    assertThat(OnnxFile.read(file).parameters()).isEqualTo(903);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.onnx.data",
        "a/../../model.onnx.data",
        "/etc/passwd",
        "C:\\data",
        "",
        "..",
        "link"
      })
  void locationsOutsideTheFolderAreRefused(String location) throws IOException {
    Files.writeString(folder.resolveSibling("outside"), "x");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolveSibling("outside"));
    graph.write(file, Map.of(), 0);
    alter("location", location);

    assertThatThrownBy(() -> OnnxFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": tensor w0: expected a location inside the model's folder, received "
                + (location.isEmpty() ? "none" : location));
    Files.delete(folder.resolveSibling("outside"));
  }

  @Test
  void weightsThatAreMissingOrShortAreRefused() throws IOException {
    graph.write(file, Map.of(), 0);
    alter("offset", "9000");
    assertThatThrownBy(() -> OnnxFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("received 1200 bytes from 9000 on");
    alter("offset", "many");
    assertThatThrownBy(() -> OnnxFile.read(file)).isInstanceOf(InvalidInputException.class);
    alter("length", Long.toString(Long.MAX_VALUE));
    assertThatThrownBy(() -> OnnxFile.read(file)).isInstanceOf(InvalidInputException.class);
    Files.delete(OnnxGraph.dataOf(file));
    assertThatThrownBy(() -> OnnxFile.read(file))
        .hasMessageEndingWith("received no file model.onnx.data");
  }

  /** Writes the model with another entry of its first tensor. */
  private void alter(String key, String value) throws IOException {
    Onnx.ModelProto.Builder model = Onnx.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    Onnx.TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
    for (Onnx.StringStringEntryProto.Builder entry : tensor.getExternalDataBuilderList()) {
      if (entry.getKey().equals(key)) {
        entry.setValue(value);
      }
    }
    Files.write(file, model.build().toByteArray());
  }
}

package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.zoo.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;

/** Models in memory and in streams are those that files get. */
final class ExportToMemoryTest {
  @TempDir Path folder;

  /** What this process has in the system's folder for temporary files. */
  private static List<Path> temporaries() throws IOException {
    Path own = Temporaries.folder();
    Files.delete(own);
    String name = own.getFileName().toString();
    // The first half of the name is the same for all of a process.
    String prefix = name.substring(0, name.length() - "xxxx-xxxxxxxxxxxx".length());
    try (Stream<Path> files = Files.list(Temporaries.root())) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  @Test
  void bytesAndStreamsHoldWhatAFileHolds() throws IOException {
    SameDiff network = Networks.espcn(2, 1);
    Path file = folder.resolve("model.onnx");
    List<Path> before = temporaries();

    byte[] bytes = OnnxExport.export(network, ExportOptions.DEFAULT);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    ExportReport report = OnnxExport.export(network, ExportOptions.DEFAULT, stream);
    OnnxExport.export(network, ExportOptions.DEFAULT, file);

    assertThat(bytes).isEqualTo(Files.readAllBytes(file));
    assertThat(stream.toByteArray()).isEqualTo(bytes);
    assertThat(report.verified()).isTrue();
    assertThat(report.file()).isEmpty();
    assertThat(temporaries()).isEqualTo(before);
  }

  @Test
  void aDeeplearning4jNetworkIsExportedToMemory() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    network.init();

    byte[] bytes = OnnxExport.export(Deeplearning4jNetwork.of(network), ExportOptions.DEFAULT);

    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    assertThat(OnnxFile.read(file).operators()).contains("Softmax");
  }

  @Test
  void aFailedExportWritesNothing() throws IOException {
    List<Path> before = temporaries();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    OperatorRegistry none = OperatorRegistry.builder().build();
    SameDiff network = Networks.espcn(2, 1);

    assertThatThrownBy(
            () -> OnnxExport.export(network, ExportOptions.DEFAULT.withOperators(none), stream))
        .isInstanceOf(UnsupportedModelException.class);
    assertThatThrownBy(
            () -> OnnxExport.export(network, ExportOptions.DEFAULT.withMostBytes(0), stream))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("the model: expected one whose weights fit into the same file");
    assertThat(stream.size()).isZero();
    assertThat(temporaries()).isEqualTo(before);
  }

  @Test
  void aWrongModelIsSaidWithoutATemporaryPath() {
    OperatorRegistry standard = StandardOperators.registry();
    OperatorRegistry.Builder wrong = OperatorRegistry.builder();
    standard
        .entries()
        .forEach(
            (name, entry) ->
                wrong.add(
                    name,
                    name.equals("relu") ? e -> e.out(e.in(0)) : entry.handler(),
                    entry.emits().toArray(OnnxOperator[]::new)));

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 1), ExportOptions.DEFAULT.withOperators(wrong.build())))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("the model: not written: ");
  }
}

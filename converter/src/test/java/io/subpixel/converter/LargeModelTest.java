package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.zoo.Colour;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose weights lie beside them, with a limit that small ones exceed too. */
final class LargeModelTest {
  private static final ExportOptions SPLIT = ExportOptions.DEFAULT.withMostBytes(1000);

  @TempDir Path folder;
  private Path out = Path.of("");

  @BeforeEach
  void start() {
    out = folder.resolve("model.onnx");
  }

  /** Exports what {@link #theSameNetworkGivesTheSameBytes} compares, in a JVM of its own. */
  static final class Exporter {
    private Exporter() {}

    public static void main(String[] args) throws IOException {
      write(Path.of(args[0]));
    }

    static void write(Path out) throws IOException {
      OnnxExport.export(
          Networks.espcn(2, 1), SPLIT.withCard(Networks.card(2, Colour.Y)).withVerify(false), out);
    }
  }

  @Test
  void weightsBesideTheModelAreVerifiedAndRead() throws Exception {
    ExportReport report = OnnxExport.export(Networks.espcn(2, 1), SPLIT, out);

    assertThat(report.verified()).isTrue();
    assertThat(files()).containsExactly("model.onnx", "model.onnx.data");
    assertThat(OnnxFile.read(out).parameters()).isEqualTo(report.parameters());
    Referee.assertSame(
        Networks.espcn(2, 1), out, "lr", Networks.values(3, 1, 1, 9, 11), "sr", 1e-4);
  }

  @Test
  void formsOfAModelHaveTheirWeightsBesideThemToo() throws IOException {
    ExportOptions options = SPLIT.withCard(Networks.card(2, Colour.Y)).withIo(Io.RGB8);
    assertThat(OnnxExport.export(Networks.espcn(2, 1), options, out).failures()).isEmpty();
    assertThat(files()).containsExactly("model.onnx", "model.onnx.data");
  }

  @Test
  void afterAFailureNothingIsLeft() throws IOException {
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 1),
                    SPLIT,
                    out,
                    report -> {
                      throw new IllegalStateException("enough");
                    }))
        .hasMessage("enough");
    assertThat(files()).isEmpty();
  }

  @Test
  void weightsGoWhereTheModelCannot() throws IOException {
    // The weights are in place when the model's name turns out to be taken.
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 1),
                    SPLIT.withVerify(false),
                    out,
                    report -> out.resolve("taken").toFile().mkdirs()))
        .isInstanceOf(IOException.class);
    assertThat(OnnxGraph.dataOf(out)).doesNotExist();
    assertThat(files()).containsExactly("model.onnx");
  }

  @Test
  void theSameNetworkGivesTheSameBytes() throws Exception {
    Path again = Files.createDirectory(folder.resolve("again")).resolve("model.onnx");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("model.onnx");
    Exporter.write(out);
    Exporter.write(again);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Exporter.class.getName(),
                elsewhere.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "log"))
            .start();
    assertThat(other.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();

    for (Path one : new Path[] {again, elsewhere}) {
      assertThat(one).hasSameBinaryContentAs(out);
      assertThat(OnnxGraph.dataOf(one)).hasSameBinaryContentAs(OnnxGraph.dataOf(out));
    }
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      return left.map(path -> path.getFileName().toString()).sorted().toList().stream();
    }
  }
}

package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.Colour;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FormTest {
  private static final Shape LR =
      Shape.of(Dim.named("N"), Dim.of(1), Dim.named("H"), Dim.named("W"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"2, Y, 13", "2, Y, 17", "3, Y, 23", "4, Y_STUDIO, 17", "2, RGB, 17", "3, RGB, 13"})
  void pixelModelsGiveTheBytesOfPixelPath(int scale, Colour colour, int opset) throws Exception {
    Path out = folder.resolve("pixels.onnx");

    OnnxExport.export(
        Networks.espcn(scale, colour.channels()),
        ExportOptions.DEFAULT
            .withCard(Networks.card(scale, colour))
            .withIo(Io.RGB8)
            .withOpset(opset),
        out);

    OnnxFile file = OnnxFile.read(out);
    assertThat(file.inputs()).containsExactly(Map.entry("image", "[N,H,W,3]"));
    assertThat(file.outputs())
        .containsExactly(Map.entry("upscaled", "[N,x%1$dH,x%1$dW,3]".formatted(scale)));
  }

  @Test
  void aPictureOfOneColourKeepsItsColour() throws Exception {
    Path out = folder.resolve("pixels.onnx");
    OnnxExport.export(
        Networks.espcn(2, 1),
        ExportOptions.DEFAULT.withCard(Networks.card(2, Colour.Y)).withIo(Io.RGB8),
        out);
    byte[] grey = new byte[2 * 3 * 3];
    Arrays.fill(grey, (byte) 90);
    try (OnnxRun run = OnnxRun.of(out)) {
      Elements samples = new Elements(ElementType.UINT8, ByteBuffer.wrap(grey));
      double[] made =
          run.run(Map.of("image", new Tensor(new long[] {1, 2, 3, 3}, samples)))
              .values()
              .iterator()
              .next()
              .values();
      for (int i = 0; i < made.length; i += 3) {
        assertThat(made[i]).isEqualTo(made[i + 1]).isEqualTo(made[i + 2]);
      }
    }
  }

  @Test
  void channelsLastModelsKeepTheirNames() throws Exception {
    Path out = folder.resolve("nhwc.onnx");
    OnnxExport.export(
        Networks.espcn(2, 3),
        ExportOptions.DEFAULT.withCard(Networks.card(2, Colour.RGB)).withIo(Io.NHWC),
        out);

    assertThat(OnnxFile.read(out).inputs()).containsExactly(Map.entry("lr", "[N,H,W,3]"));
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("sr", "[N,x2H,x2W,3]"));
  }

  @Test
  void halvesTakeHalfOfTheRoomAndKeepFloatsOutside() throws Exception {
    Path whole = folder.resolve("whole.onnx");
    Path half = folder.resolve("half.onnx");
    OnnxExport.export(Networks.espcn(2, 3), ExportOptions.DEFAULT, whole);
    ExportReport report =
        OnnxExport.export(Networks.espcn(2, 3), ExportOptions.DEFAULT.withHalf(true), half);

    assertThat(report.inputs().get(0).type()).isEqualTo("FLOAT");
    assertThat(report.outputs().get(0).type()).isEqualTo("FLOAT");
    assertThat(report.largestRelative()).isBetween(1e-6, 1e-2);
    long weights = OnnxFile.read(whole).parameters() * Float.BYTES;
    assertThat(Files.size(whole) - Files.size(half)).isBetween(weights / 2 - 1500, weights / 2);
  }

  @Test
  void formsMayHaveKnownSizes() throws Exception {
    Path out = folder.resolve("pixels.onnx");
    OnnxExport.export(
        Networks.espcn(2, 1),
        ExportOptions.DEFAULT
            .withCard(Networks.card(2, Colour.Y))
            .withShape("lr", 1, 1, 11, 14)
            .withIo(Io.RGB8),
        out);
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("upscaled", "[1,22,28,3]"));
  }

  @Test
  void formsNeedASuperResolutionModel() {
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 3),
                    ExportOptions.DEFAULT.withIo(Io.RGB8),
                    folder.resolve("m.onnx")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--io rgb8: expected a model with a card");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFormThatDiffersIsFound() throws Exception {
    Path plain = folder.resolve("plain.onnx");
    Path other = folder.resolve("other.onnx");
    OnnxExport.export(Networks.espcn(2, 1), ExportOptions.DEFAULT, plain);
    OnnxExport.export(
        Networks.espcn(2, 1),
        ExportOptions.DEFAULT.withCard(Networks.card(2, Colour.Y)).withIo(Io.RGB8),
        other);

    assertThat(FormCheck.check(Io.RGB8, plain, other, Networks.card(2, Colour.Y), LR)).isEmpty();
    assertThat(FormCheck.check(Io.RGB8, plain, other, Networks.card(2, Colour.Y_STUDIO), LR))
        .isPresent();
  }
}

package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpscalerTest {
  private static Upscaler open(int scale, Colour colour) throws IOException {
    return Upscaler.builder().model(new TinyModel(scale, colour).onnx()).device(Device.CPU).open();
  }

  @ParameterizedTest
  @CsvSource({"1,1,2", "3,5,2", "5,3,3", "40,1,4", "1,40,2", "64,48,2", "7,6,1"})
  void greyIsExactlyWhatTheNetworkMakes(int width, int height, int scale) throws IOException {
    Picture lr = Pictures.random(width, height, 1, 1);
    try (Upscaler upscaler = open(scale, Colour.Y)) {
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, scale));
    }
  }

  /** Black and white mean what the range says, and what lies beyond them comes through. */
  @ParameterizedTest
  @CsvSource({"Y,8", "Y,10", "Y,12", "Y_STUDIO,8", "Y_STUDIO,10", "RGB,10"})
  void lumaOfVideoKeepsItsRange(Colour colour, int bits) throws IOException {
    LumaRange range = LumaRange.studio(bits);
    PictureLayout layout = new PictureLayout(31, 17, 1, bits == 8 ? 8 : 16);
    Rows lr = new Rows(layout.height(), layout);
    Rows sr = new Rows(2 * layout.height(), layout.withSize(62, 34));
    int sixteenth = 1 << (bits - 4);
    for (int y = 0; y < layout.height(); y++) {
      for (int x = 0; x < layout.width(); x++) {
        // Black, white, and all between them.
        int code = x == 0 ? range.black() : x == 1 ? range.white() : sixteenth + 7 * x * y;
        lr.put(y, x, 0, Math.min(code, range.white()));
      }
    }
    try (Upscaler upscaler = open(2, colour)) {
      upscaler.upscale(lr, sr, range);
    }
    Plane[] values = new Plane[colour.channels()];
    for (int c = 0; c < values.length; c++) {
      values[c] = new Plane(layout.width(), layout.height());
      for (int i = 0; i < layout.width() * layout.height(); i++) {
        float value =
            (float) (lr.at(i / layout.width(), i % layout.width(), 0) - range.black())
                / range.span();
        values[c].values()[i] = colour == Colour.Y_STUDIO ? 16 / 255f + 219 / 255f * value : value;
      }
    }
    Plane[] made = TinyModel.apply(values, 2);
    for (int y = 0; y < sr.count(); y++) {
      for (int x = 0; x < sr.width(); x++) {
        double value = made[0].at(x, y);
        if (colour == Colour.Y_STUDIO) {
          value = (value - 16 / 255.0) / (219 / 255.0);
        } else if (colour == Colour.RGB) {
          value =
              0.299 * clip(made[0].at(x, y))
                  + 0.587 * clip(made[1].at(x, y))
                  + 0.114 * clip(made[2].at(x, y));
        }
        double code = range.black() + range.span() * value;
        assertThat((double) sr.at(y, x, 0))
            .isCloseTo(Math.min(Math.max(code, 0), range.greatest()), within(0.51));
      }
    }
  }

  private static double clip(double value) {
    return Math.min(Math.max(value, 0), 1);
  }

  @Test
  void smallerLumaIsRefused() throws IOException {
    PictureLayout layout = new PictureLayout(4, 3, 1, 8);
    PictureLayout narrow = layout.withSize(3, 6);
    try (Upscaler upscaler = open(2, Colour.Y)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> upscaler.upscale(new Rows(3, layout), new Rows(6, narrow), LumaRange.studio(8)))
          .withMessageContaining("at least 4x3");
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,2", "3,5,2", "5,3,3", "64,48,2"})
  void rgbIsExactlyWhatTheNetworkMakes(int width, int height, int scale) throws IOException {
    Picture lr = Pictures.random(width, height, 3, 2);
    try (Upscaler upscaler = open(scale, Colour.RGB)) {
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, scale));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,2", "3,5,2", "31,17,3"})
  void colourByALumaModelIsThatOfThePixelPath(int width, int height, int scale) throws IOException {
    Picture lr = Pictures.random(width, height, 3, 3);
    Picture expected =
        PixelPath.upscale(
            lr, TinyModel.card(scale, Colour.Y), planes -> TinyModel.apply(planes, scale));
    try (Upscaler upscaler = open(scale, Colour.Y)) {
      assertThat(upscaler.upscale(lr)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"Y,2", "Y,4", "RGB,2", "RGB,4"})
  void alphaIsEnlargedByBicubicAndLeavesTheRestAlone(Colour colour, int channels)
      throws IOException {
    Picture lr = Pictures.random(9, 7, channels, 4);
    Plane[] opaque = new Plane[channels - 1];
    for (int c = 0; c < opaque.length; c++) {
      opaque[c] = lr.channel(c);
    }
    Plane alpha = Resampler.enlarging(9, 7, 2, Kernel.CUBIC).apply(lr.channel(channels - 1));
    try (Upscaler upscaler = open(2, colour)) {
      Picture sr = upscaler.upscale(lr);
      Picture rest = upscaler.upscale(Picture.ofChannels(opaque));
      assertThat(sr.channels()).isEqualTo(channels);
      assertThat(sr.channel(channels - 1).values())
          .isEqualTo(Picture.ofChannels(alpha).channel(0).values());
      for (int c = 0; c < opaque.length; c++) {
        assertThat(sr.channel(c).values()).isEqualTo(rest.channel(c).values());
      }
    }
  }

  @Test
  void greyStaysGreyWithAnRgbModel() throws IOException {
    Picture lr = Pictures.random(9, 7, 1, 5);
    try (Upscaler upscaler = open(2, Colour.RGB)) {
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, 2));
    }
  }

  @Test
  void sharingAmongThreadsDoesNotChangeResults() throws Exception {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      pictures.add(Pictures.random(1 + i * 7 % 90, 1 + i * 11 % 70, 1 + i % 4, i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Upscaler upscaler = open(3, Colour.Y)) {
      List<Picture> expected = pictures.stream().map(upscaler::upscale).toList();
      CountDownLatch together = new CountDownLatch(8);
      List<Future<List<Picture>>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        results.add(
            threads.submit(
                () -> {
                  together.countDown();
                  together.await();
                  return pictures.stream().map(upscaler::upscale).toList();
                }));
      }
      for (Future<List<Picture>> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void oneThreadMakesTheSamePixels() throws IOException {
    Picture lr = Pictures.random(50, 40, 3, 7);
    byte[] onnx = new TinyModel(2, Colour.RGB).onnx();
    try (Upscaler upscaler = Upscaler.builder().model(onnx).threads(1).open()) {
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, 2));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Upscaler.builder().threads(0));
  }

  @Test
  void reportsModelAndDevice() throws IOException {
    try (Upscaler upscaler = open(3, Colour.RGB)) {
      assertThat(upscaler.card()).isEqualTo(TinyModel.card(3, Colour.RGB));
      assertThat(upscaler.device()).isEqualTo(Device.CPU);
      assertThat(upscaler.note()).isEmpty();
    }
  }

  @Test
  void upscalesFiles(@TempDir Path folder) throws IOException {
    Picture lr = Pictures.random(11, 8, 3, 8);
    Path input = folder.resolve("in.png");
    Path output = folder.resolve("new/out.bmp");
    PictureFiles.write(input, lr);
    try (Upscaler upscaler = open(2, Colour.RGB)) {
      Upscaler.Upscaled done = upscaler.upscale(input, output);
      assertThat(PictureFiles.read(output)).isEqualTo(TinyModel.expected(lr, 2));
      assertThat(done.input()).isEqualTo(input.toString());
      assertThat(done.output()).isEqualTo(output.toString());
      assertThat(done.lr()).isEqualTo(new PictureLayout(11, 8, 3, 8));
      assertThat(done.sr()).isEqualTo(new PictureLayout(22, 16, 3, 8));
      assertThat(done.work().network()).isPositive();
      assertThat(done.work().tiles()).isPositive();
    }
  }

  @Test
  void aFileThatCantHoldAlphaIsNotWritten(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("in.png");
    PictureFiles.write(input, Pictures.random(4, 4, 4, 9));
    Path output = folder.resolve("out.jpg");
    try (Upscaler upscaler = open(2, Colour.Y)) {
      assertThatThrownBy(() -> upscaler.upscale(input, output))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              output
                  + ": expected a format that holds alpha, such as PNG, or a background,"
                  + " received JPEG");
    }
    assertThat(list(folder)).containsExactly(input);
  }

  @Test
  void refusesAResultThatNoArrayHolds() throws IOException {
    Picture lr = new Picture(3000, 2900, 1, new byte[3000 * 2900]);
    try (Upscaler upscaler = open(16, Colour.Y)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> upscaler.upscale(lr))
          .withMessage(
              "image: expected at most 2147483639 pixels when 16 times as large, received"
                  + " 2227200000 of 3000x2900x1");
    }
  }

  @Test
  void upscalesRealPictures(@TempDir Path folder) throws IOException {
    List<Path> inputs = PictureFiles.list(RealData.folder("lr-bicubic/Set14/x3"));
    try (Upscaler upscaler = open(3, Colour.Y)) {
      for (Path input : inputs) {
        Picture lr = PictureFiles.read(input);
        Path output = folder.resolve(input.getFileName());
        upscaler.upscale(input, output);
        assertThat(PictureFiles.read(output))
            .as(input.toString())
            .isEqualTo(
                PixelPath.upscale(lr, upscaler.card(), planes -> TinyModel.apply(planes, 3)));
      }
    }
  }

  @Test
  void cudaIsUsedOrReportedMissing() throws IOException {
    Upscaler.Builder builder =
        Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.cuda(0));
    Optional<String> missing = Device.cuda(0).missing();
    if (missing.isPresent()) {
      assertThatThrownBy(builder::open)
          .isInstanceOf(UnavailableException.class)
          .hasMessage("cuda:0: " + missing.get());
    } else {
      try (Upscaler upscaler = builder.open()) {
        assertThat(upscaler.device()).isEqualTo(Device.cuda(0));
      }
    }
  }

  @Test
  void autoReportsTheChosenDevice() throws IOException {
    byte[] onnx = new TinyModel(2, Colour.Y).onnx();
    try (Upscaler upscaler = Upscaler.builder().model(onnx).open()) {
      assertThat(upscaler.device())
          .isEqualTo(Device.cuda(0).missing().isPresent() ? Device.CPU : Device.cuda(0));
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}

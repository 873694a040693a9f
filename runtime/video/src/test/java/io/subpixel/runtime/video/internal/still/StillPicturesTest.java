package io.subpixel.runtime.video.internal.still;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.runtime.video.ClipFrames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HEIC, AVIF, JPEG 2000 and OpenEXR: what other encoders made is read, what we write others read.
 */
final class StillPicturesTest {
  private static final int WIDTH = 70;
  private static final int HEIGHT = 53;
  private static final int MUTATIONS = Integer.getInteger("subpixel.mutations", 250);
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir private Path folder;

  /** The picture that all files were made of: R, G, B and alpha, 0..255. */
  private static int sample(int x, int y, int c) {
    return switch (c) {
      case 0 -> (3 * x + y) & 255;
      case 1 -> (2 * y + 40) & 255;
      case 2 -> (int) (127 + 100 * Math.sin(x / 5.0) * Math.cos(y / 7.0));
      default -> (4 * x) & 255;
    };
  }

  /** Where in the picture a place of what is shown comes from. */
  private interface Place {
    int[] of(int x, int y);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = StillPicturesTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static Rows read(byte[] file) throws IOException {
    try (PictureReader reader = open(file)) {
      Rows rows = new Rows(reader.layout().height(), reader.layout());
      // In two parts, as bands are.
      reader.read(rows, 0, rows.count() / 2);
      reader.read(rows, rows.count() / 2, rows.count() - rows.count() / 2);
      return rows;
    }
  }

  private static PictureReader open(byte[] file) throws IOException {
    return PictureReader.open(PictureSource.of(file, "file"), PictureReader.MAX_PIXELS);
  }

  /** The greatest difference to the original, in levels of 0..255. */
  private static double difference(Rows rows, Place place) {
    double most = 0;
    double scale = rows.depth() == 16 ? 257 : 1;
    for (int y = 0; y < rows.count(); y++) {
      for (int x = 0; x < rows.width(); x++) {
        int[] from = place.of(x, y);
        for (int c = 0; c < rows.channels(); c++) {
          double expected = sample(from[0], from[1], c);
          most = Math.max(most, Math.abs(rows.at(y, x, c) / scale - expected));
        }
      }
    }
    return most;
  }

  // heif-enc converts to G, B, R of studio range, which rounds.
  @ParameterizedTest
  @CsvSource({
    "rgb.heic, HEIC, 3, 1.01",
    "rgba.heic, HEIC, 4, 1.01",
    "rgb.avif, AVIF, 3, 0",
    "rgb.jp2, JPEG_2000, 3, 0",
    "rgba.jp2, JPEG_2000, 4, 0",
  })
  void samplesAreThoseThatWereEncoded(
      String name, PictureFormat format, int channels, double tolerance) throws IOException {
    byte[] file = bytes(name);
    try (PictureReader reader = open(file)) {
      assertThat(reader.format()).isEqualTo(format);
      assertThat(reader.layout()).isEqualTo(new PictureLayout(WIDTH, HEIGHT, channels, 8));
    }
    assertThat(difference(read(file), (x, y) -> new int[] {x, y})).isLessThanOrEqualTo(tolerance);
  }

  /** Half precision has 11 bits; what alpha hides is lost in premultiplied colours. */
  @ParameterizedTest
  @CsvSource({
    "float-zip.exr, 3, 0.01",
    "half-piz.exr, 3, 0.1",
    "tiles.exr, 3, 0.1",
    "alpha.exr, 4, 0.1",
    "window.exr, 3, 0.1",
  })
  void linearLightBecomesSrgb(String name, int channels, double tolerance) throws IOException {
    byte[] file = bytes(name);
    try (PictureReader reader = open(file)) {
      assertThat(reader.format()).isEqualTo(PictureFormat.OPEN_EXR);
      assertThat(reader.layout()).isEqualTo(new PictureLayout(WIDTH, HEIGHT, channels, 16));
    }
    Rows rows = read(file);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < channels; c++) {
          boolean isLost = channels == 4 && sample(x, y, 3) == 0;
          // The data window is 40x30 from 10, 5 on; beyond it is nothing.
          boolean isBeyond = name.startsWith("window") && (x < 10 || x >= 50 || y < 5 || y >= 35);
          double expected = isLost || isBeyond ? 0 : sample(x, y, c);
          assertThat(rows.at(y, x, c) / 257.0).isCloseTo(expected, within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float-zip.exr", "half-piz.exr", "tiles.exr", "window.exr", "grey.exr"})
  void exrThatIsCutShortIsRefused(String name) throws IOException {
    byte[] whole = bytes(name);
    for (int length = 8; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("file: expected a whole image, received one that is cut short");
    }
  }

  @Test
  void greyOfExrIsGrey() throws IOException {
    Rows rows = read(bytes("grey.exr"));
    assertThat(rows.channels()).isEqualTo(1);
    assertThat(difference(rows, (x, y) -> new int[] {x, y})).isLessThan(0.1);
  }

  /** The file says Display P3; the samples are those of the picture, as linear light. */
  @Test
  void otherPrimariesOfExrBecomeThoseOfSrgb() throws IOException {
    // https://www.w3.org/TR/css-color-4/#color-conversion-code, P3 to XYZ to sRGB.
    double[][] matrix = {
      {1.22494018, -0.22494018, 0},
      {-0.04205695, 1.04205695, 0},
      {-0.01963755, -0.07863605, 1.0982736},
    };
    Rows rows = read(bytes("p3.exr"));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          double light = 0;
          for (int from = 0; from < 3; from++) {
            light += matrix[c][from] * linear(sample(x, y, from) / 255.0);
          }
          double expected = 255 * encoded(Math.max(0, Math.min(1, light)));
          assertThat(rows.at(y, x, c) / 257.0).isCloseTo(expected, within(0.2));
        }
      }
    }
  }

  private static double linear(double sample) {
    return sample <= 0.04045 ? sample / 12.92 : Math.pow((sample + 0.055) / 1.055, 2.4);
  }

  private static double encoded(double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
  }

  @ParameterizedTest
  @CsvSource({
    "parts.exr, one of several parts",
    "levels.exr, one of several levels",
    "depth.exr, one without the channel Y",
  })
  void exrOfOtherKindsIsRefused(String name, String received) throws IOException {
    byte[] file = bytes(name);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "file: expected OpenEXR of one part and one level, with R, G, B or Y, received "
                + received);
  }

  @Test
  void subsampledChromaIsClose() throws IOException {
    Rows rows = read(bytes("photo.heic"));
    double sum = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          sum += Math.abs(rows.at(y, x, c) - sample(x, y, c));
        }
      }
    }
    assertThat(sum / (3 * WIDTH * HEIGHT)).isLessThan(6);
  }

  @Test
  void tenBitsFillSixteen() throws IOException {
    Rows rows = read(bytes("deep.heic"));
    assertThat(rows.depth()).isEqualTo(16);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          int expected = sample(x, y, c) * 256 + (7 * x + y) % 256;
          assertThat(Math.abs(rows.at(y, x, c) - expected)).isLessThan(200);
        }
      }
    }
  }

  @Test
  void greyOfStudioRangeFillsTheFullOne() throws IOException {
    Rows rows = read(bytes("grey.avif"));
    assertThat(rows.channels()).isEqualTo(1);
    assertThat(difference(rows, (x, y) -> new int[] {x, y})).isLessThan(0.5);
  }

  @Test
  void twelveBitsOfJpeg2000FillSixteen() throws IOException {
    Rows rows = read(bytes("grey12.j2k"));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(rows.at(y, x, 0))
            .isEqualTo((int) Math.round(sample(x, y, 0) * 16 * 65535 / 4095.0));
      }
    }
  }

  @Test
  void premultipliedColoursAreDivided() throws IOException {
    Rows rows = read(bytes("prem.avif"));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int alpha = sample(x, y, 3);
        assertThat(rows.at(y, x, 3)).isEqualTo(alpha);
        for (int c = 0; c < 3 && alpha > 0; c++) {
          // Half a level of the product.
          double tolerance = 128.0 / alpha + 1;
          assertThat((double) rows.at(y, x, c))
              .isBetween(sample(x, y, c) - tolerance, sample(x, y, c) + tolerance);
        }
      }
    }
  }

  @Test
  void aQuarterToTheLeft() throws IOException {
    Rows rows = read(bytes("left.avif"));
    assertThat(rows.width()).isEqualTo(HEIGHT);
    assertThat(difference(rows, (x, y) -> new int[] {WIDTH - 1 - y, x})).isZero();
  }

  @Test
  void mirrors() throws IOException {
    assertThat(difference(read(bytes("flip.avif")), (x, y) -> new int[] {x, HEIGHT - 1 - y}))
        .isZero();
    assertThat(difference(read(bytes("mirror.avif")), (x, y) -> new int[] {WIDTH - 1 - x, y}))
        .isZero();
  }

  @Test
  void croppedThenTurnedThenMirrored() throws IOException {
    Rows rows = read(bytes("cropped-turned-mirrored.avif"));
    assertThat(rows.width()).isEqualTo(30);
    assertThat(rows.count()).isEqualTo(40);
    // A quarter to the right puts the lowest row first; the mirror undoes that.
    assertThat(difference(rows, (x, y) -> new int[] {20 + y, 8 + x})).isZero();
  }

  @Test
  void aGrid() throws IOException {
    Rows rows = read(bytes("grid.avif"));
    assertThat(rows.width()).isEqualTo(128);
    assertThat(difference(rows, (x, y) -> new int[] {x, y})).isZero();
  }

  /** The last tiles of a grid usually reach beyond the picture. */
  @Test
  void aGridThatIsCutOff() throws IOException {
    byte[] file = bytes("grid.avif");
    // The grid's own size, and the one that its picture has.
    replace(
        file,
        new byte[] {0, 0, 1, 1, 0, (byte) 128, 0, (byte) 128},
        new byte[] {0, 0, 1, 1, 0, 101, 0, 77});
    byte[] extent =
        ByteBuffer.allocate(16)
            .put("ispe".getBytes(StandardCharsets.US_ASCII))
            .putInt(0)
            .putInt(128)
            .putInt(128)
            .array();
    byte[] other = extent.clone();
    other[11] = 101;
    other[15] = 77;
    replace(file, extent, other);
    Rows rows = read(file);
    assertThat(rows.width()).isEqualTo(101);
    assertThat(rows.count()).isEqualTo(77);
    assertThat(difference(rows, (x, y) -> new int[] {x, y})).isZero();
  }

  private static void replace(byte[] file, byte[] what, byte[] by) {
    int at =
        new String(file, StandardCharsets.ISO_8859_1)
            .indexOf(new String(what, StandardCharsets.ISO_8859_1));
    assertThat(at).isNotNegative();
    System.arraycopy(by, 0, file, at, by.length);
  }

  private static Rows original(PictureLayout layout) {
    Rows rows = new Rows(layout.height(), layout);
    for (int y = 0; y < layout.height(); y++) {
      for (int x = 0; x < layout.width(); x++) {
        for (int c = 0; c < layout.channels(); c++) {
          int sample = sample(x, y, layout.hasAlpha() && c == layout.channels() - 1 ? 3 : c);
          rows.put(y, x, c, layout.depth() == 16 ? sample * 257 : sample);
        }
      }
    }
    return rows;
  }

  private static byte[] written(PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PictureWriter writer =
        PictureWriter.create(out, "out", PictureFormat.AVIF, layout, metadata, options)) {
      writer.write(original(layout), 0, layout.height());
      writer.commit();
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,8",
    "1,1,3,8",
    "70,53,1,8",
    "70,53,2,8",
    "70,53,3,8",
    "70,53,4,8",
    "33,20,3,16",
    "33,20,4,16",
    "33,20,1,16"
  })
  void losslessAvifKeepsEverySampleOfTwelveBits(int width, int height, int channels, int depth)
      throws IOException {
    PictureLayout layout = new PictureLayout(width, height, channels, depth);
    byte[] file = written(layout, Metadata.NONE, WriteOptions.DEFAULTS.withLossless(true));
    Rows read = read(file);
    Rows original = original(layout);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          int kept = original.at(y, x, c);
          assertThat(Math.abs(read.at(y, x, c) - kept)).isLessThanOrEqualTo(depth == 16 ? 16 : 0);
        }
      }
    }
  }

  @Test
  void ffmpegsOwnReaderFindsWhatIsWritten() throws Exception {
    PictureLayout layout = new PictureLayout(WIDTH, HEIGHT, 1, 8);
    Path file = folder.resolve("grey.avif");
    Files.write(file, written(layout, Metadata.NONE, WriteOptions.DEFAULTS.withLossless(true)));
    Picture frame = ClipFrames.at(file, 0).luma();
    assertThat(frame.width()).isEqualTo(WIDTH);
    assertThat(frame.height()).isEqualTo(HEIGHT);
    assertThat(frame.samples()).isEqualTo(original(layout).bytes());
  }

  @ParameterizedTest
  @CsvSource({"95, 1.6", "60, 5"})
  void lossyAvifIsClose(int quality, double mean) throws IOException {
    PictureLayout layout = new PictureLayout(WIDTH, HEIGHT, 4, 8);
    byte[] file = written(layout, Metadata.NONE, WriteOptions.DEFAULTS.withQuality(quality));
    Rows read = read(file);
    Rows original = original(layout);
    double sum = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          sum += Math.abs(read.at(y, x, c) - original.at(y, x, c));
        }
        assertThat(read.at(y, x, 3)).isEqualTo(original.at(y, x, 3));
      }
    }
    assertThat(sum / (3 * WIDTH * HEIGHT)).isBetween(0.01, mean);
  }

  @Test
  void anAnimationIsRefusedByName() throws IOException {
    byte[] file = bytes("rgb.avif");
    replace(
        file,
        "avif".getBytes(StandardCharsets.US_ASCII),
        "avis".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("file: expected an image of one frame, received an animation");
  }

  @Test
  void aHugeSizeIsRefusedByTheHeader() throws IOException {
    byte[] file = bytes("rgb.avif");
    byte[] size = ByteBuffer.allocate(8).putInt(WIDTH).putInt(HEIGHT).array();
    replace(file, size, ByteBuffer.allocate(8).putInt(60000).putInt(60000).array());
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected at most");
  }

  /** Reading 8 bits as 16 would read beyond FFmpeg's memory. */
  @Test
  void aDepthThatTheDataDontHaveIsRefused() throws IOException {
    PictureLayout layout = new PictureLayout(WIDTH, HEIGHT, 1, 8);
    byte[] file = written(layout, Metadata.NONE, WriteOptions.DEFAULTS);
    int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("av1C") + 4;
    file[at + 2] |= 0x40;
    assertThat(open(file).layout().depth()).isEqualTo(16);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("its samples have 8 bits, its header says another number of them");
  }

  @Test
  void aSizeThatTheDataDontHaveIsRefused() throws IOException {
    byte[] file = bytes("rgb.avif");
    byte[] size = ByteBuffer.allocate(8).putInt(WIDTH).putInt(HEIGHT).array();
    replace(file, size, ByteBuffer.allocate(8).putInt(700).putInt(530).array());
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("its av1 data are an image of 70x53, its header says 700x530");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.heic",
        "rgba.heic",
        "grid.avif",
        "cropped-turned-mirrored.avif",
        "prem.avif",
        "rgb.jp2",
        "grey12.j2k",
        "float-zip.exr",
        "tiles.exr"
      })
  void damageIsReadOrRefused(String name) throws IOException {
    byte[] whole = bytes(name);
    for (int seed = 0; seed < MUTATIONS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] damaged = whole.clone();
      int count = 1 + random.nextInt(4);
      // Most of what can go wrong lies in the boxes before the coded data.
      int reach = random.nextBoolean() ? Math.min(600, whole.length) : whole.length;
      for (int i = 0; i < count; i++) {
        damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(8) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(whole.length));
      }
      Instant start = Instant.now();
      try (PictureReader reader = PictureReader.open(PictureSource.of(damaged, "file"), 1 << 22)) {
        Rows rows = new Rows(reader.layout().height(), reader.layout());
        reader.read(rows, 0, rows.count());
      } catch (InvalidInputException e) {
        assertThat(e.getMessage())
            .as(name + " " + seed)
            .startsWith("file: expected ")
            .doesNotContain("Exception");
      }
      assertThat(Duration.between(start, Instant.now())).as(name + " " + seed).isLessThan(LONG);
    }
  }
}

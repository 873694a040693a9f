package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.codec.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFF of every kind that is a picture, and refusals of what isn't. */
class TiffTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, none",
    "2, none",
    "3, none",
    "4, none",
    "1, LZW",
    "3, LZW",
    "4, Deflate",
    "3, ZLib",
    "3, PackBits"
  })
  void samplesOf8BitsStay(int channels, String compression) throws IOException {
    Picture picture = Drawings.everyValue(37, 21, channels);
    assertThat(read(encoded(picture, compression))).isEqualTo(picture);
  }

  /** Samples, photometric, extra samples. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "4, 2"})
  void samplesOf16BitsAreRounded(int channels, int photometric) throws IOException {
    int width = 256;
    int height = 256 / channels;
    ByteBuffer samples =
        ByteBuffer.allocate(2 * width * height * channels).order(ByteOrder.LITTLE_ENDIAN);
    while (samples.hasRemaining()) {
      samples.putShort((short) (samples.position() / 2));
    }
    Tiff tiff = new Tiff(width, height, 16, channels, photometric);
    if (channels % 2 == 0) {
      // Alpha that isn't premultiplied.
      tiff.field(Tiff.EXTRA_SAMPLES, 2);
    }
    Picture picture = read(tiff.pixels(samples.array()));
    assertThat(picture).hasToString(width + "x" + height + "x" + channels);
    for (int i = 0; i < width * height * channels; i++) {
      assertThat(picture.samples()[i] & 0xff).isEqualTo((int) Math.round(i * 255 / 65535.0));
    }
  }

  @Test
  void aPaletteBecomesRgb() throws IOException {
    int[] map = new int[3 * 256];
    for (int i = 0; i < 256; i++) {
      map[i] = 257 * i;
      map[256 + i] = 257 * (255 - i);
      map[512 + i] = 257 * 7;
    }
    byte[] file =
        new Tiff(3, 1, 8, 1, 3).field(Tiff.COLOUR_MAP, map).pixels(new byte[] {0, 9, (byte) 255});
    assertThat(read(file))
        .isEqualTo(new Picture(3, 1, 3, new byte[] {0, -1, 7, 9, -10, 7, -1, 0, 7}));
  }

  @Test
  void whiteMayBeZero() throws IOException {
    assertThat(read(new Tiff(2, 1, 8, 1, 0).pixels((byte) 0, (byte) 200)))
        .isEqualTo(new Picture(2, 1, 1, new byte[] {-1, 55}));
  }

  /** Tag, its value, and what the line says was received. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "262 | 4 | a transparency mask (PhotometricInterpretation 4)",
        "262 | 10 | ITULAB (PhotometricInterpretation 10)",
        "262 | 32803 | a camera's raw samples (PhotometricInterpretation 32803)",
        "262 | 32845 | LogLuv (PhotometricInterpretation 32845)",
        "262 | 77 | another colour space (PhotometricInterpretation 77)",
        "262 | 5 | 3",
        "339 | 5 | complex numbers (SampleFormat 5)",
        "339 | 9 | others (SampleFormat 9)",
        "259 | 50000 | Zstandard (Compression 50000) of RGB, [8, 8, 8] bits",
        "259 | 50001 | WebP (Compression 50001) of RGB, [8, 8, 8] bits",
        "259 | 34925 | LZMA (Compression 34925) of RGB, [8, 8, 8] bits",
        "259 | 4 | CCITT (Compression 4) of RGB, [8, 8, 8] bits",
        "259 | 99 | another compression (Compression 99)",
        "277 | 40 | 40",
        "258 | 48 | 48"
      })
  void unsupportedKindsAreRejectedByName(int tag, int value, String received) throws IOException {
    byte[] file = new Tiff(4, 4, 8, 3, 2).field(tag, value).pixels(new byte[48]);
    Path path = Files.write(folder.resolve("a.tif"), file);
    assertThatThrownBy(() -> PictureReader.open(path, PictureReader.MAX_PIXELS))
        .isInstanceOf(InvalidInputException.class)
        .hasNoCause()
        .hasMessageStartingWith(path + ": expected ")
        .hasMessageEndingWith(", received " + received);
  }

  @Test
  void otherInksThanCmykAreRefused() throws IOException {
    byte[] file = new Tiff(2, 2, 8, 4, 5).field(332, 2).pixels(new byte[16]);
    assertRefused(file, "expected a TIFF in grey, RGB, CMYK, YCbCr, CIELAB or with a palette");
  }

  /** Heights of a landscape, say: as shares of white they would be white all over. */
  @Test
  void floatsOutsideTheRangeOfWhiteAreRejected() throws IOException {
    ByteBuffer heights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    heights.putFloat(0.5f).putFloat(812.25f).putFloat(2500f).putFloat(90f);
    assertRefused(
        new Tiff(2, 2, 32, 1, 1).field(Tiff.SAMPLE_FORMAT, 3).pixels(heights.array()),
        "expected floating-point samples of 0.0 to 1.0, received mostly others, up to" + " 2500.0");
  }

  /** Where a file says what black and white are, as SMinSampleValue and SMaxSampleValue. */
  @Test
  void floatsHaveTheRangeThatTheFileGives() throws IOException {
    ByteBuffer heights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    heights.putFloat(0f).putFloat(1000f).putFloat(2000f).putFloat(500f);
    ByteBuffer white = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(2000);
    byte[] file =
        new Tiff(2, 2, 32, 1, 1)
            .field(Tiff.SAMPLE_FORMAT, 3)
            .data(340, 12, new byte[8])
            .data(341, 12, white.array())
            .pixels(heights.array());
    assertThat(read(file)).isEqualTo(new Picture(2, 2, 1, new byte[] {0, -128, -1, 64}));
  }

  /** A sign that is written and never used; negative ones are black. */
  @Test
  void samplesOf16BitsMayHaveASign() throws IOException {
    byte[] file =
        new Tiff(3, 1, 16, 1, 1)
            .field(Tiff.SAMPLE_FORMAT, 2)
            .pixels((byte) -1, (byte) 127, (byte) 0, (byte) 64, (byte) 0, (byte) 255);
    assertThat(read(file)).isEqualTo(new Picture(3, 1, 1, new byte[] {127, 64, 0}));
  }

  @Test
  void fourUnspecifiedSamplesAreRgba() throws IOException {
    assertThat(read(new Tiff(1, 1, 8, 4, 2).pixels((byte) 1, (byte) 2, (byte) 3, (byte) 4)))
        .isEqualTo(new Picture(1, 1, 4, new byte[] {1, 2, 3, 4}));
  }

  @Test
  void sidesWhoseProductExceeds64BitsAreRefusedByTheirSize() throws IOException {
    byte[] file = new Tiff(1, 1, 8, 3, 2).field(256, -1).field(257, -1).pixels(new byte[3]);
    Path path = Files.write(folder.resolve("a.tif"), file);
    assertThatThrownBy(() -> PictureReader.open(path, PictureReader.MAX_PIXELS))
        .isInstanceOf(InvalidInputException.class)
        .hasNoCause()
        .hasMessage(
            path
                + ": expected at most 268435456 pixels, received 18446744065119617025"
                + " (4294967295x4294967295)");
  }

  @Test
  void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingIsDecoded() throws IOException {
    byte[] large = new Tiff(60_000, 60_000, 8, 3, 2).pixels(new byte[12]);
    assertRefused(large, "expected at most 268435456 pixels, received 3600000000 (60000x60000)");
    byte[] tile =
        new Tiff(16, 16, 8, 1, 1)
            .field(322, 60_000)
            .field(323, 60_000)
            .field(324, 8)
            .field(325, 256)
            .pixels(new byte[256]);
    assertRefused(tile, "expected at most 268435456 pixels, received 3600000000 (60000x60000)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "LZW", "Deflate", "PackBits"})
  void cutAnywhereItIsRefused(String compression) throws IOException {
    byte[] whole = encoded(Drawings.everyValue(12, 9, 3), compression);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "expected ");
    }
  }

  @Test
  void pixelsThatEndEarlyAreRefused() throws IOException {
    byte[] file = new Tiff(40, 40, 8, 3, 2).pixels(new byte[600]);
    assertRefused(file, "expected a whole image, received one that is cut short");
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.tif"), bytes);
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": " + message)
        .message()
        .hasLineCount(1);
  }

  private Picture read(byte[] bytes) throws IOException {
    return PictureFiles.read(Files.write(folder.resolve("a.tif"), bytes));
  }

  static byte[] encoded(Picture picture, String compression) throws IOException {
    ImageWriter writer = JdkCodecs.writer("tiff");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (!compression.equals("none")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(compression);
      }
      writer.write(null, new IIOImage(Samples.of(picture), null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}

package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
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

/** Whatever a file holds, it is a picture or refused with one line. */
class BrokenPicturesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.jpg", "a.bmp"})
  void textIsNoPicture(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "hello");
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received something else (5 bytes)");
  }

  @ParameterizedTest
  @CsvSource({
    "ff0afa1f0190080600, JPEG XL",
    "0000000c4a584c20, JPEG XL",
    "38425053, a Photoshop document"
  })
  void formatsThatAreNotReadAreNamed(String start, String name) throws IOException {
    byte[] file = HexFormat.of().parseHex(start);
    assertRefused(
        file,
        "expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received "
            + (name + " (" + file.length + " bytes)"));
  }

  @Test
  void anEmptyFileIsNoPicture() throws IOException {
    Path file = Files.createFile(folder.resolve("a.png"));
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received an empty file");
  }

  @Test
  void zerosAreNoPicture() throws IOException {
    assertRefused(
        new byte[1000],
        "expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received something else");
    // A valid WBMP of 1x1.
    assertRefused(
        new byte[] {0, 0, 1, 1, 0}, "expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM)");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("a.png");
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected an image, received no such file");
  }

  @Test
  void aFolderIsNoPicture() {
    assertThatThrownBy(() -> PictureFiles.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder + ": expected an image, received a folder");
  }

  @ParameterizedTest
  @CsvSource({"60000, 60000, 3600000000", "16384, 16385, 268451840"})
  void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingIsDecoded(int width, int height, long pixels)
      throws IOException {
    byte[] file = new Png(width, height, 8, Png.RGB).pixels(3, (byte) 0, (byte) 0, (byte) 0);
    assertRefused(
        file,
        "expected at most 268435456 pixels, received "
            + pixels
            + " ("
            + width
            + "x"
            + height
            + ")");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aPngCutBeforeItsPixelsEndIsRefused(int channels) throws IOException {
    Picture picture = Drawings.everyValue(13, 11, channels);
    // The trailer: IEND, then the sums over IDAT and over its pixels, and deflate's last byte.
    assertWholeOrRefused(encoded("png", picture), picture, 12 + 4 + 4 + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aBmpCutAnywhereIsRefused(int channels) throws IOException {
    Picture picture = Drawings.everyValue(12, 11, channels);
    assertWholeOrRefused(encoded("bmp", picture), picture, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "3, false", "1, true", "3, true"})
  void aJpegCutBeforeItsPixelsEndIsRefused(int channels, boolean progressive) throws IOException {
    byte[] file = jpeg(Drawings.smooth(40, 33, channels), progressive);
    Picture whole = PictureFiles.read(Files.write(folder.resolve("whole.jpg"), file));
    assertWholeOrRefused(file, whole, 2);
  }

  /**
   * What ImageIO writes for a raster of four bands, with Adobe's mark for CMYK or YCCK, or none.
   */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2})
  void cmykBecomesRgbWhereItIsKnownToBeCmyk(int transform) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 16, 16, 4, null);
    new Random(1).nextBytes(((DataBufferByte) raster.getDataBuffer()).getData());
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
    } finally {
      writer.dispose();
    }
    byte[] file = bytes.toByteArray();
    if (transform >= 0) {
      byte[] mark = "\377\356\0\016Adobe\0\144\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
      mark[mark.length - 1] = (byte) transform;
      ByteArrayOutputStream marked = new ByteArrayOutputStream();
      marked.write(file, 0, 2);
      marked.writeBytes(mark);
      marked.write(file, 2, file.length - 2);
      file = marked.toByteArray();
    }
    if (transform < 0) {
      assertRefused(file, "expected four components with Adobe's marker");
    } else {
      assertThat(PictureFiles.read(Files.write(folder.resolve("a.jpg"), file)))
          .hasToString("16x16x3");
    }
  }

  /** Some bytes are changed, put in or taken out: a picture or one line, never anything else. */
  @ParameterizedTest
  @CsvSource({
    "png, 1",
    "png, 3",
    "png, 4",
    "jpg, 1",
    "jpg, 3",
    "bmp, 1",
    "bmp, 3",
    "none, 1",
    "LZW, 3",
    "Deflate, 4",
    "JPEG, 3"
  })
  void mutatedFilesArePicturesOrRefused(String format, int channels) throws IOException {
    Picture picture = Drawings.smooth(24, 17, channels);
    byte[] file =
        PictureFiles.isWritable(Path.of("a." + format))
            ? encoded(format, picture)
            : TiffTest.encoded(picture, format);
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      refused += isRefused(mutated(file, random)) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {WebpTest.LOSSLESS, WebpTest.LOSSLESS_ALPHA, WebpTest.LOSSY, WebpTest.LOSSY_ALPHA})
  void mutatedWebpIsAPictureOrRefused(String base64) throws IOException {
    byte[] file = Base64.getDecoder().decode(base64);
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      refused += isRefused(mutated(file, random)) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void mutatedPalettesArePicturesOrRefused() throws IOException {
    byte[] file =
        new Png(4, 2, 8, Png.PALETTE)
            .chunk("PLTE", new byte[12])
            .chunk("tRNS", new byte[2])
            .pixels(
                4, (byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 3, (byte) 2, (byte) 1, (byte) 0);
    Random random = new Random(42);
    int refused = 0;
    int read = 0;
    for (int i = 0; i < 300; i++) {
      boolean isRefused = isRefused(mutated(file, random));
      refused += isRefused ? 1 : 0;
      read += isRefused ? 0 : 1;
    }
    assertThat(refused).isPositive();
    assertThat(read).isPositive();
  }

  /** All checksums are right, so that only the palette's own check can refuse these files. */
  @Test
  void anIndexBeyondThePaletteIsRefusedAndNoOtherIs() throws IOException {
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      int colours = 1 + random.nextInt(6);
      byte[] palette = new byte[3 * colours];
      random.nextBytes(palette);
      byte[] indices = new byte[8];
      boolean isBeyond = false;
      for (int pixel = 0; pixel < indices.length; pixel++) {
        indices[pixel] = (byte) random.nextInt(random.nextInt(10) == 0 ? 256 : colours);
        isBeyond |= (indices[pixel] & 0xff) >= colours;
      }
      Png png = new Png(4, 2, 8, Png.PALETTE).chunk("PLTE", palette);
      if (random.nextBoolean()) {
        png.chunk("tRNS", new byte[1 + random.nextInt(colours)]);
      }
      assertThat(isRefused(png.pixels(4, indices)))
          .as("%s of %d colours", Arrays.toString(indices), colours)
          .isEqualTo(isBeyond);
      refused += isBeyond ? 1 : 0;
    }
    assertThat(refused).isBetween(50, 250);
  }

  @Test
  void noiseBehindASignatureIsRefused() throws IOException {
    byte[][] signatures = {
      Arrays.copyOf(encoded("png", Drawings.smooth(8, 8, 3)), 8),
      {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0},
      {'B', 'M'}
    };
    Random random = new Random(42);
    for (byte[] signature : signatures) {
      for (int i = 0; i < 50; i++) {
        byte[] file = new byte[200];
        random.nextBytes(file);
        System.arraycopy(signature, 0, file, 0, signature.length);
        assertThat(isRefused(file)).isTrue();
      }
    }
  }

  private static byte[] mutated(byte[] file, Random random) {
    byte[] mutated = file.clone();
    // Half of the changes go to the headers, where they do most.
    int reach = random.nextBoolean() ? Math.min(64, file.length) : file.length;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(reach);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt();
        case 2 -> mutated[at] = (byte) (random.nextBoolean() ? 0xff : 0x80);
        default ->
            System.arraycopy(
                file,
                at,
                mutated,
                Math.max(0, at - 1),
                Math.min(1 + random.nextInt(40), file.length - at));
      }
    }
    return mutated;
  }

  private boolean isRefused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("mutated"), bytes);
    try {
      Picture picture = PictureFiles.read(file);
      assertThat(picture.samples()).isNotEmpty();
      return false;
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).startsWith(file + ": expected ").hasLineCount(1);
      assertNoFaultOfOurs(e);
      return true;
    }
  }

  /**
   * A refusal says nothing of Java, and no decoder of ours ran into anything: only other libraries
   * may, and what they throw is marked.
   */
  static void assertNoFaultOfOurs(IOException refusal) {
    assertThat(refusal.getMessage()).doesNotContain("Exception", "java.", "javax.", "[width=");
    assertThat(refusal.getCause() instanceof RuntimeException)
        .as("%s", refusal.getCause())
        .isFalse();
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.png"), bytes);
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": " + message)
        .message()
        .hasLineCount(1);
  }

  /** Cut at every place. Only a cut within the trailer may leave the picture, and it unharmed. */
  private void assertWholeOrRefused(byte[] bytes, Picture picture, int trailer) throws IOException {
    for (int length = 0; length < bytes.length; length++) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
      try {
        assertThat(PictureFiles.read(file)).isEqualTo(picture);
        assertThat(length)
            .as("bytes of " + bytes.length + " with which it is an image")
            .isGreaterThanOrEqualTo(bytes.length - trailer);
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).startsWith(file + ": expected ").hasLineCount(1);
      }
    }
  }

  private byte[] encoded(String format, Picture picture) throws IOException {
    Path file = folder.resolve("whole." + format);
    PictureFiles.write(file, picture);
    return Files.readAllBytes(file);
  }

  static byte[] jpeg(Picture picture, boolean progressive) throws IOException {
    boolean grey = picture.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            picture.width(),
            picture.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < picture.channels(); c++) {
          image.getRaster().setSample(x, y, c, picture.at(x, y, c));
        }
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}

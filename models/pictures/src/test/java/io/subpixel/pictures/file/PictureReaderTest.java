package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.codec.Samples;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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

/** What comes out of files row by row, and which ones are refused. */
class PictureReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void samplesOf16BitsStay(int channels) throws IOException {
    PictureLayout layout = new PictureLayout(31, 9, channels, 16);
    for (byte[] file :
        List.of(Originals.png(layout, 1), Originals.tiff(layout, 1), Originals.pam(layout))) {
      assertThat(read(file).shorts()).isEqualTo(Originals.rows(layout).shorts());
    }
  }

  @Test
  void interlacedPngIsTheSame() throws IOException {
    assertThat(read(HostilePicturesTest.interlaced()).bytes())
        .isEqualTo(Drawings.everyValue(23, 17, 3).samples());
  }

  @ParameterizedTest
  @CsvSource({"1, false", "3, false", "1, true", "3, true"})
  void jpegIsWhatImageIoMakesOfIt(int channels, boolean progressive) throws IOException {
    byte[] file = BrokenPicturesTest.jpeg(Drawings.smooth(403, 301, channels), progressive);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    Rows rows = read(file);
    for (int y = 0; y < 301; y++) {
      for (int x = 0; x < 403; x++) {
        for (int c = 0; c < channels; c++) {
          assertThat(rows.at(y, x, c)).isEqualTo(image.getRaster().getSample(x, y, c));
        }
      }
    }
  }

  /** Two pictures in a file, as phones write them: the first one counts. */
  @Test
  void dataAfterAProgressiveJpegIsIgnored() throws IOException {
    byte[] file = BrokenPicturesTest.jpeg(Drawings.smooth(40, 33, 3), true);
    assertThat(read(Originals.join(file, file)).bytes()).isEqualTo(read(file).bytes());
  }

  @Test
  void aReaderThatIsClosedEarlyLeavesNoThread() throws Exception {
    byte[] file = BrokenPicturesTest.jpeg(Drawings.smooth(2000, 1500, 3), false);
    Path path = Files.write(folder.resolve("a.jpg"), file);
    try (PictureReader reader = PictureReader.open(path, PictureReader.MAX_PIXELS)) {
      reader.read(new Rows(1, reader.layout()), 0, 1);
      assertThat(threads()).anyMatch("jpeg-reader"::equals);
    }
    assertThat(threads()).noneMatch("jpeg-reader"::equals);
  }

  private static Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
  }

  @ParameterizedTest
  @CsvSource({"none, 16", "LZW, 16", "Deflate, 16", "PackBits, 16", "LZW, 32", "JPEG, 16"})
  void tilesAreRead(String compression, int side) throws IOException {
    Picture picture = Drawings.smooth(75, 50, 3);
    ImageWriter writer = JdkCodecs.writer("tiff");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setTiling(side, side, 0, 0);
      if (!compression.equals("none")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(compression);
      }
      writer.write(null, new IIOImage(Samples.of(picture), null, null), parameters);
    } finally {
      writer.dispose();
    }
    Rows rows = read(bytes.toByteArray());
    if (compression.equals("JPEG")) {
      assertThat(rows.at(30, 60, 1)).isCloseTo(picture.at(60, 30, 1), within(12));
    } else {
      assertThat(rows.bytes()).isEqualTo(picture.samples());
    }
  }

  private static org.assertj.core.data.Offset<Integer> within(int offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  /** Alpha that the colours were multiplied with, of 8 and of 16 bits. */
  @Test
  void premultipliedTiffIsDivided() throws IOException {
    byte[] half = {100, 50, 0, (byte) 128, 0, 0, 0, 0, 10, 20, 30, (byte) 255};
    Tiff tiff = new Tiff(3, 1, 8, 4, 2).field(Tiff.EXTRA_SAMPLES, 1);
    assertThat(read(tiff.pixels(half)).bytes())
        .containsExactly(199, 100, 0, 128, 0, 0, 0, 0, 10, 20, 30, 255);
    ByteBuffer wide = ByteBuffer.allocate(4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    wide.putShort((short) 16384).putShort((short) 32768);
    Tiff grey = new Tiff(1, 1, 16, 2, 1).field(Tiff.EXTRA_SAMPLES, 1);
    assertThat(read(grey.pixels(wide.array())).shorts())
        .containsExactly((short) 32768, (short) 32768);
  }

  @Test
  void netpbmTextAndBitmapsAreRead() throws IOException {
    assertThat(read(ascii("P1 # bits\n3 2\n1 0 1\n010")).bytes())
        .containsExactly(0, 255, 0, 255, 0, 255);
    assertThat(read(ascii("P4\n10 1\n\u00a5@")).bytes())
        .containsExactly(0, 255, 0, 255, 255, 0, 255, 0, 255, 0);
    assertThat(read(ascii("P2\n2 1\n15\n0 15")).bytes()).containsExactly(0, 255);
    assertThat(read(ascii("P3 1 1 255 1 2 3")).bytes()).containsExactly(1, 2, 3);
    assertThat(read(ascii("P5 2 1 255\n\7\u00ff")).bytes()).containsExactly(7, 255);
    assertThat(read(ascii("P5 1 1 1023\n\3\u00ff")).shorts()).containsExactly((short) 65535);
    assertThat(read(ascii("P6 1 1 65535\n\1\2\3\4\5\6")).shorts())
        .containsExactly((short) 0x102, (short) 0x304, (short) 0x506);
  }

  @Test
  void aFrameThatCoversPartOfItsCanvasIsPutThere() throws IOException {
    byte[] gif = HostilePicturesTest.gif();
    byte[] wide = gif.clone();
    wide[6] = 40;
    wide[8] = 30;
    int image = indexOfImage(wide);
    wide[image + 1] = 3;
    wide[image + 3] = 2;
    Rows plain = read(gif);
    Rows placed = read(wide);
    assertThat(placed).hasToString("30 rows of 40x4, 8 bits");
    assertThat(placed.at(0, 0, 3)).isZero();
    for (int c = 0; c < 3; c++) {
      assertThat(placed.at(2 + 5, 3 + 7, c)).isEqualTo(plain.at(5, 7, c));
    }
    assertThat(placed.at(2 + 5, 3 + 7, 3)).isEqualTo(255);
  }

  /** The image descriptor follows the palette and the extension for graphics, if it is there. */
  private static int indexOfImage(byte[] gif) {
    int at = 13 + (3 << ((gif[10] & 7) + 1));
    while (gif[at] == 0x21) {
      at += 2;
      while (gif[at] != 0) {
        at += 1 + (gif[at] & 0xff);
      }
      at++;
    }
    assertThat(gif[at]).isEqualTo((byte) 0x2c);
    return at;
  }

  @Test
  void animationsAreRefused() throws IOException {
    byte[] gif = HostilePicturesTest.gif();
    int image = indexOfImage(gif);
    byte[] frames =
        Originals.join(
            Arrays.copyOf(gif, gif.length - 1), Arrays.copyOfRange(gif, image, gif.length));
    assertRefused(frames, "expected an image of one frame, received an animation");
    byte[] apng =
        new Png(1, 1, 8, Png.GREY)
            .chunk("acTL", new byte[] {0, 0, 0, 3, 0, 0, 0, 0})
            .pixels(1, (byte) 0);
    assertRefused(apng, "expected an image of one frame, received an animation of 3 frames");
    byte[] webp = Originals.webp(1);
    webp[20] |= 2;
    assertRefused(webp, "expected an image of one frame, received an animation");
  }

  @Test
  void severalPagesAreRefusedButNotAPreview() throws IOException {
    for (int kind : new int[] {0, 1}) {
      byte[] file = new Tiff(2, 1, 8, 1, 1).pixels((byte) 1, (byte) 2);
      byte[] second = new Tiff(2, 1, 8, 1, 1).field(254, kind).pixels((byte) 3, (byte) 4);
      // The second directory, and the offsets in it, move behind the first file.
      ByteBuffer both = ByteBuffer.wrap(Originals.join(file, second));
      both.order(java.nio.ByteOrder.LITTLE_ENDIAN);
      int first = both.getInt(4);
      int next = file.length + both.getInt(file.length + 4);
      both.putInt(first + 2 + 12 * both.getShort(first), next);
      if (kind == 0) {
        assertRefused(both.array(), "expected a TIFF of one page, received one of 2");
      } else {
        assertThat(read(both.array()).bytes()).containsExactly(1, 2);
      }
    }
  }

  @Test
  void pagesAreReadOneByOneAndLoopsEnd() throws IOException {
    byte[] file = new Tiff(2, 1, 8, 1, 1).field(254, 1).pixels((byte) 1, (byte) 2);
    byte[] second = new Tiff(2, 1, 8, 1, 1).pixels((byte) 3, (byte) 4);
    ByteBuffer both = ByteBuffer.wrap(Originals.join(file, second));
    both.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int first = both.getInt(4);
    int next = file.length + both.getInt(file.length + 4);
    both.putInt(first + 2 + 12 * both.getShort(first), next);
    int fields = both.getShort(next);
    for (int i = 0; i < fields; i++) {
      int at = next + 2 + 12 * i;
      if (both.getShort(at) == Tiff.STRIP_OFFSETS) {
        both.putInt(at + 8, file.length + both.getInt(at + 8));
      }
    }
    // The first is a preview of the second.
    assertThat(read(both.array()).bytes()).containsExactly(3, 4);
    int kind = first + 2;
    while (both.getShort(kind) != 254) {
      kind += 12;
    }
    both.putInt(kind + 8, 0);
    both.putInt(next + 2 + 12 * fields, first);
    Path path = Files.write(folder.resolve("pages.tif"), both.array());
    assertThat(PictureFiles.pages(path)).isEqualTo(2);
    PictureSource source = PictureSource.of(path, "pages");
    for (int page = 1; page <= 2; page++) {
      try (PictureReader reader = PictureReader.open(source.withPage(page), 100)) {
        Rows rows = new Rows(1, reader.layout());
        reader.read(rows, 0, 1);
        assertThat(rows.bytes()).containsExactly(2 * page - 1, 2 * page);
      }
    }
    assertThatThrownBy(() -> PictureReader.open(source.withPage(3), 100))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("pages, page 3: expected a TIFF of that many pages, received one of 2");
    Path png = Files.write(folder.resolve("a.png"), PictureFiles.png(Drawings.everyValue(3, 2, 1)));
    assertThat(PictureFiles.pages(png)).isEqualTo(1);
    assertThatThrownBy(() -> PictureReader.open(PictureSource.of(png, "a").withPage(2), 100))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a, page 2: expected a file of several pages, received one page");
  }

  /** What follows the rows would take hours to inflate, and isn't even looked at. */
  @Test
  void surplusDataOfPngIsLeftAlone() throws IOException {
    byte[] rows = {0, 9};
    byte[] surplus = new byte[5000];
    Arrays.fill(surplus, (byte) 7);
    byte[] deflated = Originals.deflated(Originals.join(rows, surplus));
    // Broken behind the first bytes: whoever inflates them all sees it.
    Arrays.fill(deflated, deflated.length - 6, deflated.length, (byte) 0xff);
    byte[] file = new Png(1, 1, 8, Png.GREY).chunk("IDAT", deflated).end();
    assertThat(read(file).bytes()).containsExactly(9);
  }

  @ParameterizedTest
  @CsvSource({
    "a.jfif, JPEG",
    "a.JPE, JPEG",
    "a.jif, JPEG",
    "a.dib, BMP",
    "a.tiff, TIFF",
    "a.btf, TIFF",
    "a.PNG, PNG"
  })
  void theUsualEndingsAreKnown(Path name, PictureFormat format) {
    assertThat(PictureFormat.ofName(name)).contains(format);
  }

  @Test
  void theLimitOfPixelsIsTheCallers() throws IOException {
    for (byte[] file :
        List.of(
            Originals.png(new PictureLayout(11, 10, 3, 8), 1),
            Originals.jpeg(new PictureLayout(11, 10, 3, 8), 1),
            Originals.tiff(new PictureLayout(11, 10, 3, 8), 1),
            Originals.bmp(new PictureLayout(11, 10, 3, 8)),
            Originals.pam(new PictureLayout(11, 10, 3, 8)))) {
      Path path = Files.write(folder.resolve("a"), file);
      PictureReader.open(path, 110).close();
      assertThatThrownBy(() -> PictureReader.open(path, 109))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(path + ": expected at most 109 pixels, received 110 (11x10)");
    }
  }

  @Test
  void sidesAreBoundedToo() throws Exception {
    DecodeErrors.requirePixels(1, 10_000_000, PictureFiles.MAX_PIXELS, "a.png");
    assertThatThrownBy(
            () -> DecodeErrors.requirePixels(1, 10_000_001, PictureFiles.MAX_PIXELS, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a.png: expected sides of at most 10000000 pixels, received 1x10000001");
  }

  @Test
  void headersThatPromiseMoreThanTheFileHoldsAreRefused() throws IOException {
    assertRefused(new Png(16000, 16000, 8, Png.RGB).pixels(1, (byte) 0), "expected a whole image");
    assertRefused(ascii("P6 16000 16000 255\nabc"), "expected a whole image");
    assertRefused(new Tiff(16000, 16000, 8, 3, 2).pixels(new byte[9]), "expected a whole image");
  }

  @Test
  void aStreamIsReadAsAFile() throws IOException {
    PictureLayout layout = new PictureLayout(9, 8, 3, 16);
    byte[] file = Originals.png(layout, 1);
    try (PictureReader reader =
        PictureReader.open(new ByteArrayInputStream(file), "standard input", 100)) {
      Rows rows = new Rows(8, layout);
      reader.read(rows, 0, 8);
      assertThat(rows.shorts()).isEqualTo(Originals.rows(layout).shorts());
    }
    assertThatThrownBy(
            () -> PictureReader.open(new ByteArrayInputStream(file), "standard input", 71))
        .hasMessage("standard input: expected at most 71 pixels, received 72 (9x8)");
    assertThatThrownBy(
            () ->
                PictureReader.open(new ByteArrayInputStream(ascii("hello")), "standard input", 100))
        .hasMessage(
            "standard input: expected an image (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received"
                + " something else");
  }

  @Test
  void onlyTheStartOfAnUnknownStreamIsRead() {
    long[] taken = new long[1];
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            taken[0]++;
            return 'x';
          }

          @Override
          public int read(byte[] into, int at, int count) {
            taken[0] += count;
            Arrays.fill(into, at, at + count, (byte) 'x');
            return count;
          }
        };
    assertThatThrownBy(
            () -> PictureReader.open(endless, "standard input", PictureReader.MAX_PIXELS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received something else");
    assertThat(taken[0]).isLessThan(100);
  }

  private void assertRefused(byte[] file, String message) throws IOException {
    Path path = Files.write(folder.resolve("a"), file);
    assertThatThrownBy(() -> PictureReader.open(path, PictureReader.MAX_PIXELS).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": " + message);
  }

  private Rows read(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("a"), file);
    try (PictureReader reader = PictureReader.open(path, PictureReader.MAX_PIXELS)) {
      Rows rows = new Rows(reader.layout().height(), reader.layout());
      reader.read(rows, 0, rows.count());
      return rows;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

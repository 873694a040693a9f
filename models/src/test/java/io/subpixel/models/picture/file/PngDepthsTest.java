package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every colour type and depth of PNG, as values of 8 bits. */
class PngDepthsTest {
  private static final byte[] COLOURS = {10, 20, 30, -1, 0, 100, 5, -56, 9};

  @TempDir private Path folder;

  @Test
  void greyOf1Bit() throws IOException {
    Picture picture = read(new Png(10, 2, 1, Png.GREY).pixels(2, bits("1010000001 0111111110")));
    assertThat(picture).hasToString("10x2x1");
    assertThat(picture.channel(0).values())
        .containsExactly(
            255, 0, 255, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0);
  }

  @Test
  void greyOf2Bits() throws IOException {
    Picture picture = read(new Png(4, 1, 2, Png.GREY).pixels(1, bits("00011011")));
    assertThat(picture).hasToString("4x1x1");
    assertThat(picture.channel(0).values()).containsExactly(0, 85, 170, 255);
  }

  @Test
  void greyOf4Bits() throws IOException {
    byte[] bytes = {0x01, 0x23, 0x45, 0x67, (byte) 0x89, (byte) 0xab, (byte) 0xcd, (byte) 0xef};
    Picture picture = read(new Png(16, 1, 4, Png.GREY).pixels(8, bytes));
    assertThat(picture).hasToString("16x1x1");
    for (int i = 0; i < 16; i++) {
      assertThat(picture.at(i, 0, 0)).isEqualTo(17 * i);
    }
  }

  @Test
  void greyOf8BitsKeepsItsValuesWhateverTheGamma() throws IOException {
    Picture greys = Drawings.everyValue(16, 16, 1);
    byte[] gamma = ByteBuffer.allocate(4).putInt(100_000).array();
    assertThat(read(new Png(16, 16, 8, Png.GREY).chunk("gAMA", gamma).pixels(16, greys.samples())))
        .isEqualTo(greys);
  }

  /** Colour type, channels. All samples of 16 bits come by, and are rounded, not cut. */
  @ParameterizedTest
  @CsvSource({"0, 1", "4, 2", "2, 3", "6, 4"})
  void samplesOf16BitsAreRounded(int colourType, int channels) throws IOException {
    int width = 256;
    int height = 256 / channels;
    ByteBuffer samples = ByteBuffer.allocate(2 * width * height * channels);
    while (samples.hasRemaining()) {
      samples.putShort((short) (samples.position() / 2));
    }
    Picture picture =
        read(new Png(width, height, 16, colourType).pixels(2 * width * channels, samples.array()));
    assertThat(picture).hasToString(width + "x" + height + "x" + channels);
    for (int i = 0; i < width * height * channels; i++) {
      assertThat(picture.samples()[i] & 0xff).isEqualTo((int) Math.round(i * 255 / 65535.0));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 3", "4, 2", "6, 4"})
  void samplesOf8BitsStay(int colourType, int channels) throws IOException {
    Picture picture = Drawings.everyValue(7, 5, channels);
    assertThat(read(new Png(7, 5, 8, colourType).pixels(7 * channels, picture.samples())))
        .isEqualTo(picture);
  }

  @Test
  void aPaletteBecomesRgb() throws IOException {
    byte[] file = new Png(3, 1, 8, Png.PALETTE).chunk("PLTE", COLOURS).pixels(3, bytes(2, 0, 1));
    assertThat(read(file))
        .isEqualTo(new Picture(3, 1, 3, bytes(5, 200, 9, 10, 20, 30, 255, 0, 100)));
  }

  @Test
  void aPaletteOf2BitsBecomesRgb() throws IOException {
    byte[] file = new Png(3, 1, 2, Png.PALETTE).chunk("PLTE", COLOURS).pixels(1, bits("10000100"));
    assertThat(read(file))
        .isEqualTo(new Picture(3, 1, 3, bytes(5, 200, 9, 10, 20, 30, 255, 0, 100)));
  }

  @Test
  void aPaletteKeepsItsAlpha() throws IOException {
    byte[] file =
        new Png(3, 1, 8, Png.PALETTE)
            .chunk("PLTE", COLOURS)
            .chunk("tRNS", bytes(0, 128))
            .pixels(3, bytes(2, 0, 1));
    assertThat(read(file))
        .isEqualTo(new Picture(3, 1, 4, bytes(5, 200, 9, 255, 10, 20, 30, 0, 255, 0, 100, 128)));
  }

  @Test
  void aPaletteOfGreysBecomesGrey() throws IOException {
    byte[] greys = bytes(7, 7, 7, 99, 99, 99);
    assertThat(read(new Png(2, 1, 8, Png.PALETTE).chunk("PLTE", greys).pixels(2, bytes(1, 0))))
        .isEqualTo(new Picture(2, 1, 1, bytes(99, 7)));
    byte[] withAlpha =
        new Png(2, 1, 8, Png.PALETTE)
            .chunk("PLTE", greys)
            .chunk("tRNS", bytes(5))
            .pixels(2, bytes(1, 0));
    assertThat(read(withAlpha)).isEqualTo(new Picture(2, 1, 2, bytes(99, 255, 7, 5)));
  }

  @Test
  void aTransparentColourBecomesAlpha() throws IOException {
    byte[] rgb =
        new Png(2, 1, 8, Png.RGB)
            .chunk("tRNS", bytes(0, 1, 0, 2, 0, 3))
            .pixels(6, bytes(1, 2, 3, 1, 2, 4));
    assertThat(read(rgb)).isEqualTo(new Picture(2, 1, 4, bytes(1, 2, 3, 0, 1, 2, 4, 255)));
    byte[] grey = new Png(2, 1, 8, Png.GREY).chunk("tRNS", bytes(0, 9)).pixels(2, bytes(9, 8));
    assertThat(read(grey)).isEqualTo(new Picture(2, 1, 2, bytes(9, 0, 8, 255)));
  }

  private Picture read(byte[] file) throws IOException {
    return PictureFiles.read(Files.write(folder.resolve("a.png"), file));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** Rows of bits, a space between them, each filled up to whole bytes. */
  private static byte[] bits(String rows) {
    String[] row = rows.split(" ", -1);
    int length = (row[0].length() + 7) / 8;
    byte[] bytes = new byte[row.length * length];
    for (int r = 0; r < row.length; r++) {
      for (int i = 0; i < row[r].length(); i++) {
        if (row[r].charAt(i) == '1') {
          bytes[r * length + i / 8] |= (byte) (0x80 >> i % 8);
        }
      }
    }
    return bytes;
  }
}

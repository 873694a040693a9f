package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alpha of BMP, and refusals; {@link PictureKindsTest} has the other kinds. */
class BmpTest {
  private static final int V4 = 108;

  @TempDir private Path folder;

  /** A file of one row; masks and pixels are 0. */
  private static byte[] file(int header, int width, int bits, int compression, int dataBytes) {
    int start = 14 + header;
    byte[] bytes = new byte[start + dataBytes];
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(bytes.length).putInt(0).putInt(start);
    file.putInt(header).putInt(width).putInt(1).putShort((short) 1).putShort((short) bits);
    file.putInt(compression);
    return bytes;
  }

  private static ByteBuffer masks(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(54);
  }

  private Picture read(byte[] file) throws IOException {
    return PictureFiles.read(Files.write(folder.resolve("a.bmp"), file));
  }

  /** By the masks, 4 bits of each: 0 to 15 are 0 to 255. */
  @Test
  void alphaOf16BitsIsRead() throws IOException {
    byte[] file = file(V4, 2, 16, 3, 4);
    ByteBuffer masks = masks(file).putInt(0xf00).putInt(0xf0).putInt(0xf).putInt(0xf000);
    masks.putShort(14 + V4, (short) 0x8123).putShort(14 + V4 + 2, (short) 0xf4ef);
    assertThat(read(file))
        .isEqualTo(new Picture(2, 1, 4, new byte[] {17, 34, 51, -120, 68, -18, -1, -1}));
  }

  /** Many programs leave alpha out, or write it everywhere: neither is worth a channel. */
  @ParameterizedTest
  @CsvSource({"0x00, 0x00, 3", "0xff, 0xff, 3", "0xff, 0x00, 4"})
  void meaninglessAlphaIsDropped(String left, String right, int channels) throws IOException {
    byte[] file = file(V4, 2, 32, 3, 8);
    ByteBuffer masks = masks(file).putInt(0xff0000).putInt(0xff00).putInt(0xff).putInt(0xff000000);
    masks.putInt(14 + V4, Integer.decode(left) << 24 | 0x010203);
    masks.putInt(14 + V4 + 4, Integer.decode(right) << 24 | 0x040506);
    Picture picture = read(file);
    assertThat(picture.channels()).isEqualTo(channels);
    assertThat(picture.at(1, 0, 2)).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({"2", "4"})
  void alphaIsWritten(int channels) throws IOException {
    Picture picture = Drawings.everyValue(13, 7, channels);
    Path file = folder.resolve("b.bmp");
    PictureFiles.write(file, picture);
    Picture written = PictureFiles.read(file);
    assertThat(written.channels()).isEqualTo(4);
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 13; x++) {
        for (int c = 0; c < 4; c++) {
          int source = channels == 4 ? c : c / 3;
          assertThat(written.at(x, y, c)).isEqualTo(picture.at(x, y, source));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "40, 24, 4, 'one of 24 bits, JPEG'",
    "40, 0, 5, 'one of 0 bits, PNG'",
    "64, 1, 3, 'one of 1 bits, Huffman codes'",
    "40, 64, 0, 'one of 64 bits, compression 0'",
    "40, 8, 2, 'one of 8 bits, compression 2'"
  })
  void otherKindsAreRefusedByName(int header, int bits, int compression, String received)
      throws IOException {
    Path file = Files.write(folder.resolve("a.bmp"), file(header, 1, bits, compression, 64));
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasNoCause()
        .hasMessage(
            file
                + ": expected a BMP of 1, 2, 4, 8, 16, 24 or 32 bits, plain or in runs, received "
                + received);
  }
}

package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures come upright, by the words of Exif: where the stored row 0 and column 0 are seen. */
class OrientationTest {
  private static final int WIDTH = 7;
  private static final int HEIGHT = 5;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, top, left",
    "2, top, right",
    "3, bottom, right",
    "4, bottom, left",
    "5, left, top",
    "6, right, top",
    "7, right, bottom",
    "8, left, bottom"
  })
  void storedRowAndColumnAreWhereExifSays(int orientation, String row0, String column0)
      throws IOException {
    for (int depth : new int[] {8, 16}) {
      for (int channels : new int[] {1, 3, 4}) {
        boolean lies = row0.equals("left") || row0.equals("right");
        PictureLayout seen = new PictureLayout(WIDTH, HEIGHT, channels, depth);
        PictureLayout stored = lies ? seen.withSize(HEIGHT, WIDTH) : seen;
        Rows upright = Originals.rows(seen);
        byte[] samples = new byte[WIDTH * HEIGHT * channels * depth / 8];
        ByteBuffer out = ByteBuffer.wrap(samples).order(ByteOrder.BIG_ENDIAN);
        for (int r = 0; r < stored.height(); r++) {
          for (int c = 0; c < stored.width(); c++) {
            int y = lies ? along(column0, c, HEIGHT) : along(row0, r, HEIGHT);
            int x = lies ? along(row0, r, WIDTH) : along(column0, c, WIDTH);
            for (int k = 0; k < channels; k++) {
              if (depth == 8) {
                out.put((byte) upright.at(y, x, k));
              } else {
                out.putShort((short) upright.at(y, x, k));
              }
            }
          }
        }
        int[] types = {Png.GREY, 0, Png.RGB, Png.RGB_ALPHA};
        byte[] file =
            new Png(stored.width(), stored.height(), depth, types[channels - 1])
                .chunk("eXIf", Originals.exif(stored, orientation))
                .pixels(samples.length / stored.height(), samples);
        assertSeen(file, seen, upright);
      }
    }
  }

  private static int along(String side, int i, int length) {
    return side.equals("top") || side.equals("left") ? i : length - 1 - i;
  }

  private void assertSeen(byte[] file, PictureLayout seen, Rows upright) throws IOException {
    try (PictureReader reader =
        PictureReader.open(Files.write(folder.resolve("a.png"), file), PictureReader.MAX_PIXELS)) {
      assertThat(reader.layout()).isEqualTo(seen);
      Rows rows = new Rows(3, seen);
      for (int y = 0; y < seen.height(); y += 2) {
        int count = Math.min(2, seen.height() - y);
        reader.read(rows, 1, count);
        for (int i = 0; i < count * rows.rowLength(); i++) {
          int x = i % rows.rowLength() / seen.channels();
          int c = i % seen.channels();
          assertThat(rows.at(1 + i / rows.rowLength(), x, c))
              .isEqualTo(upright.at(y + i / rows.rowLength(), x, c));
        }
      }
      assertThat(Exif.orientation(reader.metadata().exif())).isEqualTo(1);
    }
  }
}

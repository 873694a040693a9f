package io.subpixel.conformance.sample;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.nio.file.Path;

/** A picture of any size, to show that memory is bounded: a repeated test card. */
public final class LargePicture {
  private static final int CARD_WIDTH = 500;
  private static final int CARD_HEIGHT = 400;
  private static final long SEED = 13;

  private LargePicture() {}

  /**
   * Writes it row by row, in colour.
   *
   * @throws IOException if it can't be written
   */
  public static void write(Path file, PictureFormat format, int width, int height)
      throws IOException {
    Picture card = TestCard.draw(CARD_WIDTH, CARD_HEIGHT, SEED);
    PictureLayout layout = new PictureLayout(width, height, 3, 8);
    Rows row = new Rows(1, layout);
    try (PictureWriter writer =
        PictureWriter.create(file, format, layout, Metadata.NONE, WriteOptions.DEFAULTS)) {
      for (int y = 0; y < height; y++) {
        int from = 3 * CARD_WIDTH * (y % CARD_HEIGHT);
        for (int at = 0; at < row.rowLength(); at += 3 * CARD_WIDTH) {
          int length = Math.min(3 * CARD_WIDTH, row.rowLength() - at);
          System.arraycopy(card.samples(), from, row.bytes(), at, length);
        }
        writer.write(row, 0, 1);
      }
      writer.commit();
    }
  }
}

package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;

/** Turns pictures, and takes their colours. */
final class IiifPixels {
  private IiifPixels() {}

  /** Copies a row, from a column on, to a narrower one. */
  static void copy(Rows from, int row, int left, Rows to, int toRow) {
    Object source = from.depth() == 8 ? from.bytes() : from.shorts();
    Object target = to.depth() == 8 ? to.bytes() : to.shorts();
    System.arraycopy(
        source,
        row * from.rowLength() + left * from.channels(),
        target,
        toRow * to.rowLength(),
        to.rowLength());
  }

  /** Returns a picture of 8 bits. */
  static Picture of(Rows rows, PictureLayout layout) {
    if (layout.depth() == 8) {
      return new Picture(layout.width(), layout.height(), layout.channels(), rows.bytes());
    }
    short[] fine = rows.shorts();
    byte[] samples = new byte[fine.length];
    for (int i = 0; i < fine.length; i++) {
      samples[i] = (byte) (((fine[i] & 0xffff) * 255L + 32_767) / 65_535);
    }
    return new Picture(layout.width(), layout.height(), layout.channels(), samples);
  }

  /**
   * Mirrors a picture, then turns it.
   *
   * @param quarters quarter turns clockwise, 0 to 3
   */
  static Picture turned(Picture picture, boolean isMirrored, int quarters) {
    if (!isMirrored && quarters == 0) {
      return picture;
    }
    int width = picture.width();
    int height = picture.height();
    int channels = picture.channels();
    int outWidth = quarters % 2 == 0 ? width : height;
    int outHeight = quarters % 2 == 0 ? height : width;
    byte[] from = picture.samples();
    byte[] to = new byte[from.length];
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int column =
            switch (quarters) {
              case 0 -> x;
              case 1 -> y;
              case 2 -> width - 1 - x;
              default -> width - 1 - y;
            };
        int row =
            switch (quarters) {
              case 0 -> y;
              case 1 -> height - 1 - x;
              case 2 -> height - 1 - y;
              default -> x;
            };
        int source = row * width + (isMirrored ? width - 1 - column : column);
        System.arraycopy(from, source * channels, to, (y * outWidth + x) * channels, channels);
      }
    }
    return new Picture(outWidth, outHeight, channels, to);
  }

  /** Takes the colours of a picture, by BT.601; alpha stays. */
  static Picture of(Picture picture, IiifRequest.Quality quality) {
    if (quality == IiifRequest.Quality.DEFAULT) {
      return picture;
    }
    boolean isBitonal = quality == IiifRequest.Quality.BITONAL;
    int channels = picture.channels();
    int kept = picture.hasAlpha() ? 2 : 1;
    byte[] from = picture.samples();
    int pixels = picture.width() * picture.height();
    byte[] to = new byte[pixels * kept];
    for (int i = 0; i < pixels; i++) {
      int at = i * channels;
      int grey = from[at] & 0xff;
      if (picture.isColour()) {
        grey =
            (299 * grey + 587 * (from[at + 1] & 0xff) + 114 * (from[at + 2] & 0xff) + 500) / 1000;
      }
      to[i * kept] = (byte) (isBitonal ? (grey < 128 ? 0 : 255) : grey);
      if (kept == 2) {
        to[i * kept + 1] = from[at + channels - 1];
      }
    }
    return new Picture(picture.width(), picture.height(), kept, to);
  }
}

package io.subpixel.pictures;

/**
 * The size of a picture and the format of its samples. Immutable.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param channels samples a pixel: 1 is grey, 2 grey and alpha, 3 R, G, B, 4 R, G, B and alpha (not
 *     premultiplied)
 * @param depth bits of a sample: 8 or 16
 * @since 0.1
 */
public record PictureLayout(int width, int height, int channels, int depth) {
  /** Checks the ranges. */
  public PictureLayout {
    if (width < 1 || height < 1 || channels < 1 || channels > 4 || (depth != 8 && depth != 16)) {
      throw new IllegalArgumentException(
          "layout: expected sides of at least 1, 1 to 4 channels and 8 or 16 bits, received "
              + (width + "x" + height + "x" + channels + " of " + depth));
    }
  }

  /** Returns the layout of a picture. */
  public static PictureLayout of(Picture picture) {
    return new PictureLayout(picture.width(), picture.height(), picture.channels(), 8);
  }

  /** Returns whether there is colour, rather than only grey. */
  public boolean isColour() {
    return channels >= 3;
  }

  /** Returns whether the last channel is alpha. */
  public boolean hasAlpha() {
    return channels == 2 || channels == 4;
  }

  /** Width times height. */
  public long pixels() {
    return (long) width * height;
  }

  /** Returns a copy with another size. */
  public PictureLayout withSize(int otherWidth, int otherHeight) {
    return new PictureLayout(otherWidth, otherHeight, channels, depth);
  }

  /** Returns a copy with another depth. */
  public PictureLayout withDepth(int otherDepth) {
    return new PictureLayout(width, height, channels, otherDepth);
  }

  /** Such as {@code 512x512x3 of 8 bits}. */
  @Override
  public String toString() {
    return width + "x" + height + "x" + channels + " of " + depth + " bits";
  }
}

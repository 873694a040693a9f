package io.subpixel.pictures.codec;

/**
 * How picture files are written. Immutable.
 *
 * @param quality of lossy formats, JPEG and WebP, as libjpeg counts it: 1 to 100
 * @param lossless whether WebP keeps every sample, whatever the quality
 * @param compression how hard lossless formats try
 * @since 0.1
 */
public record WriteOptions(int quality, boolean lossless, Compression compression) {
  /** Quality 95, lossy WebP, fast compression. */
  public static final WriteOptions DEFAULTS = new WriteOptions(95, false, Compression.FAST);

  /** How hard PNG and TIFF try to become small. */
  public enum Compression {
    /** As fast as there is something to gain. */
    FAST,
    /** Several times slower. */
    SMALL
  }

  /** Checks the range. */
  public WriteOptions {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality: expected 1 to 100, received " + quality);
    }
  }

  /** The same with another quality. */
  public WriteOptions withQuality(int otherQuality) {
    return new WriteOptions(otherQuality, lossless, compression);
  }

  /** The same with WebP lossless or not. */
  public WriteOptions withLossless(boolean isLossless) {
    return new WriteOptions(quality, isLossless, compression);
  }

  /** The same with another compression. */
  public WriteOptions withCompression(Compression otherCompression) {
    return new WriteOptions(quality, lossless, otherCompression);
  }
}

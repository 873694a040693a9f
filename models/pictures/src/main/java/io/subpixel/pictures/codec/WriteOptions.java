package io.subpixel.pictures.codec;

/**
 * Options for writing picture files. Immutable.
 *
 * @param quality of lossy formats, JPEG, WebP and AVIF: 1 to 100
 * @param lossless whether WebP and AVIF keep every sample, whatever the quality; AVIF has 12 bits
 *     at most
 * @param compression the effort of lossless formats
 * @param stripped whether to write no metadata except what colours depend on
 * @since 0.1
 */
public record WriteOptions(
    int quality, boolean lossless, Compression compression, boolean stripped) {
  /** Quality 95, lossy WebP and AVIF, fast compression, all metadata. */
  public static final WriteOptions DEFAULTS = new WriteOptions(95, false, Compression.FAST, false);

  /** The effort with which PNG and TIFF are compressed. */
  public enum Compression {
    /** The fastest that still compresses. */
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

  /** Returns a copy with another quality. */
  public WriteOptions withQuality(int otherQuality) {
    return new WriteOptions(otherQuality, lossless, compression, stripped);
  }

  /** Returns a copy with WebP lossless or not. */
  public WriteOptions withLossless(boolean isLossless) {
    return new WriteOptions(quality, isLossless, compression, stripped);
  }

  /** Returns a copy with another compression. */
  public WriteOptions withCompression(Compression otherCompression) {
    return new WriteOptions(quality, lossless, otherCompression, stripped);
  }

  /** Returns a copy with metadata or without. */
  public WriteOptions withStripped(boolean isStripped) {
    return new WriteOptions(quality, lossless, compression, isStripped);
  }
}

package io.subpixel.pictures.codec;

import java.util.OptionalDouble;

/**
 * Options for writing picture files. Immutable.
 *
 * @param quality of lossy formats, JPEG, WebP and AVIF: 1 to 100
 * @param lossless whether WebP and AVIF keep every sample, whatever the quality; AVIF has 12 bits
 *     at most
 * @param compression the effort of lossless formats
 * @param stripped whether to write no metadata except what colours depend on
 * @param density pixels per inch to note in the file, 1 to {@value #MAX_DENSITY}; empty to keep the
 *     picture's own
 * @since 0.1
 */
public record WriteOptions(
    int quality,
    boolean lossless,
    Compression compression,
    boolean stripped,
    OptionalDouble density) {
  /** The greatest density that can be noted, in pixels per inch. */
  public static final int MAX_DENSITY = 10_000;

  /** Quality 95, lossy WebP and AVIF, fast compression, all metadata. */
  public static final WriteOptions DEFAULTS =
      new WriteOptions(95, false, Compression.FAST, false, OptionalDouble.empty());

  /** The effort with which PNG and TIFF are compressed. */
  public enum Compression {
    /** The fastest that still compresses. */
    FAST,
    /** Several times slower. */
    SMALL
  }

  /** Checks the ranges. */
  public WriteOptions {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality: expected 1 to 100, received " + quality);
    }
    if (density.isPresent()
        && !(density.getAsDouble() >= 1 && density.getAsDouble() <= MAX_DENSITY)) {
      throw new IllegalArgumentException(
          "density: expected 1 to " + MAX_DENSITY + ", received " + density.getAsDouble());
    }
  }

  /** Returns a copy with another quality. */
  public WriteOptions withQuality(int otherQuality) {
    return new WriteOptions(otherQuality, lossless, compression, stripped, density);
  }

  /** Returns a copy with WebP lossless or not. */
  public WriteOptions withLossless(boolean isLossless) {
    return new WriteOptions(quality, isLossless, compression, stripped, density);
  }

  /** Returns a copy with another compression. */
  public WriteOptions withCompression(Compression otherCompression) {
    return new WriteOptions(quality, lossless, otherCompression, stripped, density);
  }

  /** Returns a copy with metadata or without. */
  public WriteOptions withStripped(boolean isStripped) {
    return new WriteOptions(quality, lossless, compression, isStripped, density);
  }

  /**
   * Returns a copy with a density.
   *
   * @param perInch pixels per inch, 1 to {@value #MAX_DENSITY}
   * @throws IllegalArgumentException if it is out of range
   */
  public WriteOptions withDensity(double perInch) {
    return new WriteOptions(quality, lossless, compression, stripped, OptionalDouble.of(perInch));
  }
}

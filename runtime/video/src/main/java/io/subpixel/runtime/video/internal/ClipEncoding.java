package io.subpixel.runtime.video.internal;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Options for encoding an upscaled clip.
 *
 * @param codec a name of a {@link ClipCodec}, or of one of FFmpeg's encoders; null for one that
 *     suits the container and the frames; {@link #AUTO} for one on a graphics card, if possible
 * @param quality on the codec's scale, lower is better; empty for its high-quality default
 * @param bitRate bits per second instead of a quality
 * @param targetSize bytes of the file instead of a quality
 * @param preset the encoder's name of a speed; null for a fast one
 * @param tune the encoder's name of a kind of content; null for none
 * @param pass one of two passes; null if there is one
 * @param threads encoder threads; 0 for one per core
 * @param dropUnfit whether to omit streams that the container can't hold, instead of failing
 * @param strip whether to omit tags and data streams
 */
public record ClipEncoding(
    @Nullable String codec,
    OptionalInt quality,
    OptionalLong bitRate,
    OptionalLong targetSize,
    @Nullable String preset,
    @Nullable String tune,
    @Nullable Pass pass,
    int threads,
    boolean dropUnfit,
    boolean strip) {
  /** Stands for an encoder on a graphics card if one can be opened, or else the default. */
  static final String AUTO = "auto";

  static final ClipEncoding DEFAULT =
      new ClipEncoding(
          null,
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          null,
          null,
          null,
          0,
          false,
          false);

  /**
   * One of two passes over a clip, by encoders that support it.
   *
   * @param isFirst whether it only gathers statistics
   * @param statistics the file with them
   */
  record Pass(boolean isFirst, Path statistics) {}

  /** Checks the rate. */
  public ClipEncoding {
    int rates =
        (quality.isPresent() ? 1 : 0)
            + (bitRate.isPresent() ? 1 : 0)
            + (targetSize.isPresent() ? 1 : 0);
    if (rates > 1) {
      throw new IllegalArgumentException(
          "expected a quality, a bit rate or a size, received several");
    }
  }

  /** Returns the defaults with a quality. */
  static ClipEncoding of(int quality) {
    return new ClipEncoding(
        null,
        OptionalInt.of(quality),
        OptionalLong.empty(),
        OptionalLong.empty(),
        null,
        null,
        null,
        0,
        false,
        false);
  }

  /** Returns whether the rate is known in advance, so that a first pass improves the second. */
  public boolean isBounded() {
    return bitRate.isPresent() || targetSize.isPresent();
  }

  /** Returns a copy for one of two passes, or for a single one. */
  ClipEncoding with(long bits, @Nullable Pass which) {
    return new ClipEncoding(
        codec,
        OptionalInt.empty(),
        OptionalLong.of(bits),
        OptionalLong.empty(),
        preset,
        tune,
        which,
        threads,
        dropUnfit,
        strip);
  }
}

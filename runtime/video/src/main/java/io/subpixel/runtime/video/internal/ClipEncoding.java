package io.subpixel.runtime.video.internal;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Options for encoding an upscaled clip.
 *
 * @param codec a name of a {@link ClipCodec}, or of one of FFmpeg's encoders; null for one that
 *     suits the container and the frames
 * @param quality on the codec's scale, lower is better; empty for its high-quality default
 * @param bitRate bits per second instead of a quality
 * @param threads encoder threads; 0 for one per core
 * @param dropUnfit whether to omit streams that the container can't hold, instead of failing
 */
public record ClipEncoding(
    @Nullable String codec,
    OptionalInt quality,
    OptionalLong bitRate,
    int threads,
    boolean dropUnfit) {
  static final ClipEncoding DEFAULT =
      new ClipEncoding(null, OptionalInt.empty(), OptionalLong.empty(), 0, false);

  /** Checks the rate. */
  public ClipEncoding {
    if (quality.isPresent() && bitRate.isPresent()) {
      throw new IllegalArgumentException("expected a quality or a bit rate, received both");
    }
  }
}

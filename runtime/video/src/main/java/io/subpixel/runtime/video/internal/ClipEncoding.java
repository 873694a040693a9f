package io.subpixel.runtime.video.internal;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an upscaled clip is to be encoded.
 *
 * @param codec a name of a {@link ClipCodec}, or of one of FFmpeg's encoders; null for what suits
 *     the container and the frames
 * @param quality on the scale of the codec, less is better; empty for its high-quality default
 * @param bitRate bits a second in place of a quality
 * @param threads that encode; 0 for one a core
 * @param dropUnfit whether streams that the container can't hold are left out; else they are a
 *     reason to refuse
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

package io.subpixel.runtime.video;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an upscaled clip is to be encoded.
 *
 * @param codec {@code h264}, {@code vp9}, {@code av1}, {@code mpeg4}, {@code prores}, {@code ffv1},
 *     {@code rawvideo}, or the name of one of FFmpeg's encoders; null for what suits the container
 *     and the frames
 * @param quality on the scale of the encoder, less is better; empty for its high-quality default
 * @param bitRate bits a second in place of a quality
 * @param threads that encode; 0 for one a core
 */
record ClipEncoding(
    @Nullable String codec, OptionalInt quality, OptionalLong bitRate, int threads) {
  static final ClipEncoding DEFAULT =
      new ClipEncoding(null, OptionalInt.empty(), OptionalLong.empty(), 0);

  ClipEncoding {
    if (quality.isPresent() && bitRate.isPresent()) {
      throw new IllegalArgumentException("expected a quality or a bit rate, received both");
    }
  }
}

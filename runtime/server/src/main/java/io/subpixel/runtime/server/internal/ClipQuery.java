package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.video.VideoUpscaler;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a request asks for if its upload is a clip. The parameters mean what the options of {@code
 * runtime upscale} mean.
 *
 * @param container the ending of the result; empty for that of the upload
 * @param given the parameters that came
 */
record ClipQuery(
    Optional<String> container,
    Optional<String> codec,
    OptionalInt crf,
    boolean deinterlace,
    boolean dropStreams,
    Set<String> given) {
  static final List<String> CONTAINERS =
      List.of("mp4", "mkv", "webm", "mov", "avi", "y4m", "gif", "apng", "webp");

  /** Encoders by FFmpeg's own names aren't offered: some use devices, or far more memory. */
  static final List<String> CODECS =
      List.of("h264", "hevc", "vp9", "av1", "mpeg4", "prores", "mjpeg", "ffv1", "rawvideo");

  /** The parameters that only clips have. */
  static final Set<String> NAMES = Set.of("codec", "crf", "deinterlace", "drop-streams");

  private static final Set<String> OF_PICTURES = Set.of("quality", "compression", "background");

  /** The parameters of a request for a picture. */
  static ClipQuery none(Set<String> given) {
    return new ClipQuery(
        Optional.empty(), Optional.empty(), OptionalInt.empty(), false, false, given);
  }

  ClipQuery {
    given = Set.copyOf(given);
  }

  /** Returns whether only a clip can be meant. */
  boolean isCertain(boolean isPictureFormat) {
    return (container.isPresent() && !isPictureFormat) || given.stream().anyMatch(NAMES::contains);
  }

  /** Refuses a parameter that clips don't have. */
  void requireFit() throws Problem {
    for (String name : given) {
      if (OF_PICTURES.contains(name)) {
        throw Problem.parameter(name, "an image", "a clip");
      }
    }
    if (given.contains("format") && container.isEmpty()) {
      throw Problem.parameter(
          "format", "one of " + String.join(", ", CONTAINERS), "one of images, for a clip");
    }
  }

  /** Sets the options of a clip. */
  void apply(VideoUpscaler.Builder builder) {
    codec.ifPresent(builder::codec);
    crf.ifPresent(builder::quality);
    if (deinterlace) {
      builder.deinterlace();
    }
    if (dropStreams) {
      builder.dropUnfit();
    }
  }
}

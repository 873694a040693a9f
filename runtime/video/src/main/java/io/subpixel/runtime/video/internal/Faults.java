package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts the parts of a clip that couldn't be read or decoded. */
final class Faults {
  private final Demuxer source;
  private int count;
  private @Nullable String first;

  /**
   * Creates an empty list.
   *
   * @param source the clip, for its timestamps
   */
  Faults(Demuxer source) {
    this.source = source;
  }

  /** Adds a fault at a timestamp of the video, or at AV_NOPTS_VALUE. */
  void add(String what, long pts) {
    count++;
    if (first == null) {
      first = pts == AV_NOPTS_VALUE ? what : what + " at " + time(source.seconds(pts));
    }
  }

  /** Formats a time for messages. */
  static String time(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }

  int count() {
    return count;
  }

  /** Returns the description and time of the first; null if there is none. */
  @Nullable String first() {
    return first;
  }
}

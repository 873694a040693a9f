package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What of a clip couldn't be read or decoded. */
final class Faults {
  private final Demuxer source;
  private int count;
  private @Nullable String first;

  /**
   * None yet.
   *
   * @param source of the timestamps
   */
  Faults(Demuxer source) {
    this.source = source;
  }

  /** One at a timestamp of the video, or at AV_NOPTS_VALUE. */
  void add(String what, long pts) {
    count++;
    if (first == null) {
      first = pts == AV_NOPTS_VALUE ? what : what + " at " + time(source.seconds(pts));
    }
  }

  /** A moment as messages tell it. */
  static String time(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }

  int count() {
    return count;
  }

  /** What was said of the first, and when it was; null if there is none. */
  @Nullable String first() {
    return first;
  }
}

package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts the parts of a clip that couldn't be read or decoded. */
final class Faults {
  private final Demuxer source;
  private int count;
  private @Nullable String first;
  private long from = Long.MIN_VALUE;
  private long until = Long.MAX_VALUE;
  private boolean countsUntimed = true;

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
    if (pts == AV_NOPTS_VALUE ? !countsUntimed : pts < from || pts >= until) {
      return;
    }
    count++;
    if (first == null) {
      first = pts == AV_NOPTS_VALUE ? what : what + " at " + time(source.seconds(pts));
    }
  }

  /**
   * Forgets all, and counts only those of a range of timestamps from now on. Until {@link
   * #countUntimed}, those without a timestamp are taken for earlier ones.
   */
  void restrict(long start, long end) {
    from = start;
    until = end;
    count = 0;
    first = null;
    countsUntimed = false;
  }

  /** Counts faults without a timestamp, as the range has begun. */
  void countUntimed() {
    countsUntimed = true;
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

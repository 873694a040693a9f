package io.subpixel.runtime.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows the progress of a clip on one line of a terminal. Thread-safe. */
final class ClipProgress {
  private final PrintWriter err;
  private final boolean live;
  private final LongSupplier clock;
  private String name = "";
  private long start;
  private long firstFrames;
  private double firstPart;
  private long drawn;

  /**
   * @param live whether to draw anything
   * @param clock nanoseconds
   */
  ClipProgress(PrintWriter err, boolean live, LongSupplier clock) {
    this.err = err;
    this.live = live;
    this.clock = clock;
  }

  synchronized void begin(Path clip) {
    name = clip.toString();
    start = -1;
  }

  /** Reports the number of frames written, and their share of the clip; NaN if unknown. */
  synchronized void written(long frames, double part) {
    long now = clock.getAsLong();
    if (start < 0) {
      // An earlier run and the first frames don't tell the current speed.
      start = now;
      drawn = now;
      firstFrames = frames;
      firstPart = part;
    }
    if (!live || now - drawn < ProgressLine.REDRAW_NANOS) {
      return;
    }
    drawn = now;
    double seconds = (now - start) / 1e9;
    String left =
        part > firstPart
            ? ProgressLine.time(seconds * (1 - part) / (part - firstPart)) + " left"
            : frames + " frames";
    String reached = part >= 0 ? String.format(Locale.ROOT, " %.0f%%", 100 * part) : "";
    err.print(
        String.format(
            Locale.ROOT,
            "%s%.1f fps  %s  %s%s",
            ProgressLine.CLEAR,
            (frames - firstFrames) / seconds,
            left,
            ProgressLine.brief(name),
            reached));
    err.flush();
  }

  /** Clears the line for other output. */
  synchronized void clear() {
    if (live) {
      err.print(ProgressLine.CLEAR);
      err.flush();
    }
  }
}

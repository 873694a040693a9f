package io.subpixel.runtime.cli;

import io.subpixel.runtime.batch.BatchListener;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.Outcome;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** How far a run is, as one line that is drawn again and again on a terminal. Thread-safe. */
final class ProgressLine implements BatchListener {
  static final long REDRAW_NANOS = 200_000_000;
  private static final int LONGEST_NAME = 40;
  static final String CLEAR = "\r\u001b[K";

  private final int pictures;
  private final PrintWriter err;
  private final boolean live;
  private final Consumer<Outcome> told;
  private final LongSupplier clock;
  private final long start;
  private final Map<String, Picture> running = new LinkedHashMap<>();
  private int finished;
  private int opened;
  private double openedPixels;
  private double donePixels;
  private long drawn;

  /** A picture under way. */
  private static final class Picture {
    final String name;
    final double pixels;
    double part;

    Picture(String name, double pixels) {
      this.name = name;
      this.pixels = pixels;
    }
  }

  /**
   * @param pictures how many there are
   * @param live whether anything is to be drawn
   * @param told prints what became of a picture
   * @param clock nanoseconds
   */
  ProgressLine(
      int pictures, PrintWriter err, boolean live, Consumer<Outcome> told, LongSupplier clock) {
    this.told = told;
    this.pictures = pictures;
    this.err = err;
    this.live = live;
    this.clock = clock;
    start = clock.getAsLong();
    drawn = start;
  }

  /** A picture is begun that becomes one of so many pixels. */
  @Override
  public synchronized void begun(BatchPlan.Job job, long pixels) {
    running.put(job.where(), new Picture(job.input().toString(), (double) pixels));
    opened++;
    openedPixels += (double) pixels;
    draw();
  }

  /** So much of it is read, 0..1. */
  @Override
  public synchronized void advanced(BatchPlan.Job job, double part) {
    Picture picture = running.get(job.where());
    if (picture != null) {
      donePixels += (part - picture.part) * picture.pixels;
      picture.part = part;
      draw();
    }
  }

  /** A picture is done, or nothing will come of it. */
  @Override
  public synchronized void ended(BatchPlan.Job job) {
    Picture picture = running.remove(job.where());
    if (picture != null) {
      donePixels += (1 - picture.part) * picture.pixels;
    }
    finished++;
    draw();
  }

  @Override
  public void told(Outcome outcome) {
    clear();
    told.accept(outcome);
  }

  /** Makes room for another line. */
  synchronized void clear() {
    if (live) {
      err.print(CLEAR);
      err.flush();
      drawn = start;
    }
  }

  private void draw() {
    long now = clock.getAsLong();
    if (live && now - drawn >= REDRAW_NANOS && !running.isEmpty()) {
      drawn = now;
      err.print(CLEAR + line((now - start) / 1e9));
      err.flush();
    }
  }

  private String line(double seconds) {
    Picture first = running.values().iterator().next();
    // Of those that aren't opened yet, nothing but the mean of the others is known.
    double waiting = pictures - finished - running.size();
    double left = openedPixels - donePixels + waiting * openedPixels / opened;
    double speed = donePixels / seconds;
    return String.format(
        Locale.ROOT,
        "%d/%d  %.1f MP/s  %s left  %s %.0f%%",
        finished,
        pictures,
        speed / 1e6,
        speed > 0 ? time(left / speed) : "-",
        brief(first.name),
        100 * first.part);
  }

  /** Such as 1:05 or 2:03:04. */
  static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** Neither longer than a terminal's line nor anything that would act on it. */
  static String brief(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= LONGEST_NAME
        ? plain
        : "..." + plain.substring(plain.length() - LONGEST_NAME + 3);
  }
}

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

/** Shows the progress of a run on one line of a terminal. Thread-safe. */
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

  /** A picture in progress. */
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
   * @param pictures the number of pictures
   * @param live whether to draw anything
   * @param told prints the outcome of a picture
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

  /** A picture was started. */
  @Override
  public synchronized void started(BatchPlan.Job job, long pixels) {
    running.put(job.where(), new Picture(job.input().toString(), (double) pixels));
    opened++;
    openedPixels += (double) pixels;
    draw();
  }

  /** A part of a picture was read, 0..1. */
  @Override
  public synchronized void progressed(BatchPlan.Job job, double part) {
    Picture picture = running.get(job.where());
    if (picture != null) {
      donePixels += (part - picture.part) * picture.pixels;
      picture.part = part;
      draw();
    }
  }

  /** A picture is done, failed or stopped. */
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
  public void reported(Outcome outcome) {
    clear();
    told.accept(outcome);
  }

  /** Clears the line for other output. */
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
    // For pictures that aren't opened yet, assume the mean of the others.
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

  /** Formats a duration, such as 1:05 or 2:03:04. */
  static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** Shortens a name to fit a terminal's line, and removes control characters. */
  static String brief(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= LONGEST_NAME
        ? plain
        : "..." + plain.substring(plain.length() - LONGEST_NAME + 3);
  }
}

package io.subpixel.trainer.cli;

import io.subpixel.commands.Terminal;
import io.subpixel.trainer.FitListener;
import io.subpixel.trainer.TrainedNetwork;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.internal.report.Figures;
import io.subpixel.trainer.internal.report.Report;
import io.subpixel.trainer.internal.report.Summary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Shows training: a row an epoch on standard output; on standard error a live line where that is a
 * terminal, else a line now and then.
 */
final class FitConsole implements FitListener, AutoCloseable {
  private static final long REDRAW_NANOS = 500_000_000;
  private static final long FIRST_MILLIS = 3_000;
  private static final long MILLIS = 30_000;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean live = Terminal.showsErrors();
  private final Timer clock = new Timer("progress", true);
  private String state = "reading the data";
  private long drawn;

  FitConsole(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
    if (!live) {
      // By the clock: a step, or what comes before the first one, may take minutes.
      clock.schedule(
          new TimerTask() {
            @Override
            public void run() {
              printState();
            }
          },
          FIRST_MILLIS,
          MILLIS);
    }
  }

  private synchronized void printState() {
    err.println("trainer: " + state);
    err.flush();
  }

  /** Stops the progress lines. */
  @Override
  public void close() {
    clock.cancel();
  }

  @Override
  public synchronized void step(long step, double loss, double samplesPerSecond, Duration left) {
    state =
        String.format(
            Locale.ROOT,
            "step %d  loss %.3e  %.0f samples/s  %s left",
            step,
            loss,
            samplesPerSecond,
            Figures.time(left));
    long now = System.nanoTime();
    if (live && now - drawn > REDRAW_NANOS) {
      drawn = now;
      err.print("\r" + state + " \u001b[K");
      err.flush();
    }
  }

  @Override
  public synchronized void epoch(Epoch epoch) {
    clearLine();
    out.printf(
        Locale.ROOT,
        "epoch %d  step %d  %s  loss %.4e  %.0f samples/s",
        epoch.epoch(),
        epoch.steps(),
        Figures.time(Duration.ofMillis((long) (1e3 * epoch.seconds()))),
        epoch.loss(),
        epoch.samplesPerSecond());
    for (Quality quality : epoch.validation()) {
      out.printf(
          Locale.ROOT,
          "  %s PSNR %.2f dB (bicubic %.2f)  SSIM %.4f",
          quality.data(),
          quality.psnr(),
          quality.bicubicPsnr(),
          quality.ssim());
    }
    out.println();
    out.flush();
  }

  @Override
  public synchronized void warning(String message) {
    clearLine();
    err.println("trainer: warning: " + message);
    err.flush();
  }

  void finished(TrainedNetwork trained, Path run) {
    out.println();
    List<String> files = List.of("model.fb", "card.json", History.CSV, Report.PAGE);
    Summary.lines(trained.history(), run, files).forEach(out::println);
    if (trained.skipped() > 0) {
      out.println(
          "skipped    " + trained.skipped() + (trained.skipped() == 1 ? " image" : " images"));
    }
    out.flush();
    trained.best().ifPresent(this::warnBelowBicubic);
  }

  private void warnBelowBicubic(Epoch best) {
    Quality first = best.validation().get(0);
    if (first.psnr() < first.bicubicPsnr()) {
      warning(
          String.format(
              Locale.ROOT,
              "%s: %.2f dB after %d steps, below the %.2f dB of bicubic; train longer (--resume"
                  + " with a new length) or on more images",
              first.data(),
              first.psnr(),
              best.steps(),
              first.bicubicPsnr()));
    }
  }

  private void clearLine() {
    if (live) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}

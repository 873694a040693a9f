package io.subpixel.trainer.cli;

import io.subpixel.commands.Terminal;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.report.Figures;
import io.subpixel.trainer.report.Report;
import io.subpixel.trainer.report.Summary;
import io.subpixel.trainer.training.FitListener;
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
  private String state = "looking through the data";
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

  /** Stops telling how it goes. */
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

  void finished(List<Epoch> history, int skipped, Path run) {
    out.println();
    List<String> files = List.of("model.fb", "card.json", History.CSV, Report.PAGE);
    Summary.lines(history, run, files).forEach(out::println);
    if (skipped > 0) {
      out.println("skipped    " + skipped + (skipped == 1 ? " picture" : " pictures"));
    }
    out.flush();
    History.best(history).ifPresent(this::warnBelowBicubic);
  }

  private void warnBelowBicubic(Epoch best) {
    Quality first = best.validation().get(0);
    if (first.psnr() < first.bicubicPsnr()) {
      warning(
          String.format(
              Locale.ROOT,
              "%s: %.2f dB, below the %.2f dB of bicubic after %d steps; what helps is a longer"
                  + " training (--resume with a later end) or more pictures",
              first.data(),
              first.psnr(),
              first.bicubicPsnr(),
              best.steps()));
    }
  }

  private void clearLine() {
    if (live) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}

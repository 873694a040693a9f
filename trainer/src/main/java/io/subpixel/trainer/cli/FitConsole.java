package io.subpixel.trainer.cli;

import io.subpixel.models.cli.Terminal;
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

/**
 * Shows training: a row an epoch on standard output, a live line on standard error where that is a
 * terminal.
 */
final class FitConsole implements FitListener {
  private static final long REDRAW_NANOS = 500_000_000;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean live = Terminal.showsErrors();
  private long drawn;

  FitConsole(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public synchronized void step(long step, double loss, double samplesPerSecond, Duration left) {
    long now = System.nanoTime();
    if (live && now - drawn > REDRAW_NANOS) {
      drawn = now;
      err.printf(
          Locale.ROOT,
          "\rstep %d  loss %.3e  %.0f samples/s  %s left \u001b[K",
          step,
          loss,
          samplesPerSecond,
          Figures.time(left));
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
  }

  private void clearLine() {
    if (live) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}

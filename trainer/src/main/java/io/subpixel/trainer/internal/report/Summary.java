package io.subpixel.trainer.internal.report;

import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.history.Totals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The summary printed when training is over. */
public final class Summary {
  private Summary() {}

  /**
   * The lines: each set's figures at the best epoch beside bicubic and bilinear, what it took, and
   * where the files are.
   *
   * @param history every epoch
   * @param folder the run's
   * @param files names of the files in it that are worth a look
   */
  public static List<String> lines(List<Epoch> history, Path folder, List<String> files) {
    List<String> lines = new ArrayList<>();
    Optional<Epoch> best = History.best(history);
    best.ifPresent(epoch -> lines.addAll(table(epoch)));
    if (!history.isEmpty()) {
      Totals totals = Totals.of(history);
      Epoch last = history.get(history.size() - 1);
      best.ifPresent(
          epoch ->
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "best       epoch %d of %d, by PSNR on %s%s",
                      epoch.epoch(),
                      last.epoch(),
                      epoch.validation().get(0).data(),
                      sinceThen(epoch, last))));
      lines.add(
          String.format(
              Locale.ROOT,
              "training   %s for %s steps, %.0f samples/s, %s of the time waiting for data",
              Figures.time(totals.time()),
              Figures.count(totals.steps()),
              totals.samplesPerSecond(),
              Figures.percent(totals.waitShare())));
    }
    lines.add("files      " + String.join(", ", files) + " in " + folder);
    return lines;
  }

  private static List<String> table(Epoch epoch) {
    int width =
        Math.max(9, epoch.validation().stream().mapToInt(q -> q.data().length()).max().orElse(0));
    String format = "%-" + width + "s  %-18s %-27s %s";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, format, "", "network", "bicubic", "bilinear").stripTrailing());
    for (Quality q : epoch.validation()) {
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              q.data(),
              figures(q.psnr(), q.ssim()),
              figures(q.bicubicPsnr(), q.bicubicSsim())
                  + " ("
                  + Figures.gain(q.psnr(), q.bicubicPsnr())
                  + ")",
              figures(q.bilinearPsnr(), q.bilinearSsim())
                  + " ("
                  + Figures.gain(q.psnr(), q.bilinearPsnr())
                  + ")"));
    }
    return lines;
  }

  private static String sinceThen(Epoch best, Epoch last) {
    return best.epoch() == last.epoch() || last.validation().isEmpty()
        ? ""
        : "; the last has " + Figures.psnr(last.validation().get(0).psnr()) + " dB";
  }

  private static String figures(double psnr, double ssim) {
    return Figures.psnr(psnr) + " dB / " + Figures.ssim(ssim);
  }
}

package io.subpixel.trainer.internal.report;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.history.Totals;
import io.subpixel.trainer.internal.report.Samples.Sample;
import io.subpixel.trainer.internal.validation.Measurement;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report as one page that needs nothing else: pictures and style are in it. */
final class Page {
  private final RunResult run;
  private final String css;
  private final Xhtml out = new Xhtml();

  Page(RunResult run, String css) {
    this.run = run;
    this.css = css;
  }

  /** A curve as data URIs, in the colours of a light page and of a dark one. */
  record Curve(String title, String light, String dark) {}

  /**
   * The whole page.
   *
   * @param curves those that could be drawn
   * @param samples what the network made on its way
   */
  String write(List<Curve> curves, List<Sample> samples) throws IOException {
    String name = run.card().name();
    out.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    out.open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.empty("meta", "name", "color-scheme", "content", "light dark");
    out.element("title", name + ": training report");
    out.element("style", css);
    out.close();
    out.open("body").open("main");
    heading(name);
    validation();
    curves(curves);
    gallery();
    samples(samples);
    out.open("div", "class", "columns");
    table("Model", facts());
    table("Settings", run.settings());
    out.close();
    out.close().close().close();
    return out.document();
  }

  private void heading(String name) {
    Totals totals = Totals.of(run.history());
    out.element("h1", name);
    out.element(
        "p",
        run.history().isEmpty()
            ? "No epoch has ended yet."
            : String.format(
                Locale.ROOT,
                "Epoch %s, step %s, %s; %.0f samples/s, %s of the time waiting for data.",
                Figures.count(totals.epochs()),
                Figures.count(totals.steps()),
                Figures.time(totals.time()),
                totals.samplesPerSecond(),
                Figures.percent(totals.waitShare())),
        "class",
        "lead");
    if (!run.measured().isEmpty()) {
      out.open("div", "class", "tiles");
      for (Measurement measured : run.measured()) {
        tile(measured.mean());
      }
      out.close();
    }
  }

  private void tile(Quality mean) {
    out.open("div", "class", "tile");
    out.element("div", mean.data(), "class", "label");
    out.element("div", Figures.psnr(mean.psnr()) + " dB", "class", "big");
    out.element(
        "div",
        Figures.gain(mean.psnr(), mean.bicubicPsnr()) + " dB against bicubic",
        "class",
        sign(mean));
    out.close();
  }

  private void validation() {
    out.element("h2", "Validation");
    if (run.measured().isEmpty()) {
      out.element("p", "Nothing was measured: the run has no validation set.", "class", "note");
      return;
    }
    measuredTable("Set", run.measured().stream().map(Measurement::mean).toList());
    History.best(run.history())
        .ifPresent(
            best ->
                out.element(
                    "p",
                    String.format(
                        Locale.ROOT,
                        "PSNR in dB / SSIM, means over the pictures; %s. The best epoch is %d of"
                            + " %d, by PSNR on %s: %s dB.",
                        Metrics.CONVENTION,
                        best.epoch(),
                        run.history().get(run.history().size() - 1).epoch(),
                        best.validation().get(0).data(),
                        Figures.psnr(best.validation().get(0).psnr())),
                    "class",
                    "note"));
    for (Measurement measured : run.measured()) {
      out.open("details");
      out.element(
          "summary",
          measured.mean().data() + ", picture by picture (" + measured.pictures().size() + ")");
      measuredTable("Picture", measured.pictures());
      out.close();
    }
  }

  private void measuredTable(String what, List<Quality> rows) {
    out.open("div", "class", "scroll").open("table", "class", "figures");
    out.open("thead").open("tr");
    for (String column :
        List.of(what, "Network", "Bicubic", "Bilinear", "Over bicubic", "Over bilinear")) {
      out.element("th", column, "scope", "col");
    }
    out.close().close().open("tbody");
    for (Quality row : rows) {
      out.open("tr");
      out.element("th", row.data(), "scope", "row");
      out.element("td", both(row.psnr(), row.ssim()), "class", "ours");
      out.element("td", both(row.bicubicPsnr(), row.bicubicSsim()));
      out.element("td", both(row.bilinearPsnr(), row.bilinearSsim()));
      out.element("td", Figures.gain(row.psnr(), row.bicubicPsnr()), "class", sign(row));
      out.element("td", Figures.gain(row.psnr(), row.bilinearPsnr()));
      out.close();
    }
    out.close().close().close();
  }

  private void curves(List<Curve> curves) {
    out.element("h2", "Training");
    List<String> astray =
        run.history().stream()
            .filter(e -> !Double.isFinite(e.loss()))
            .map(Epoch::epoch)
            .map(String::valueOf)
            .toList();
    if (!astray.isEmpty()) {
      String some = astray.stream().limit(10).collect(Collectors.joining(", "));
      String more = astray.size() > 10 ? " and " + (astray.size() - 10) + " more" : "";
      out.element(
          "p",
          "The loss isn't a finite number in epoch " + some + more + ": training went astray.",
          "class",
          "note worse");
    }
    if (curves.isEmpty()) {
      out.element("p", "There are no curves to draw.", "class", "note");
    }
    for (Curve curve : curves) {
      out.open("picture");
      out.empty("source", "media", "(prefers-color-scheme: dark)", "srcset", curve.dark);
      out.empty("img", "class", "curve", "alt", curve.title, "src", curve.light);
      out.close();
    }
  }

  private void gallery() throws IOException {
    out.element("h2", "Gallery");
    if (run.gallery().isEmpty()) {
      out.element(
          "p", "Without a validation set there are no pictures to compare.", "class", "note");
      return;
    }
    out.element(
        "p", "The part of each picture with most detail, and its PSNR there.", "class", "note");
    for (Comparison row : run.gallery()) {
      out.element(
          "h3",
          String.format(
              Locale.ROOT,
              "%s: %s, %d\u00d7%d pixels at (%d, %d)",
              row.data(),
              row.picture(),
              row.hr().width(),
              row.hr().height(),
              row.x(),
              row.y()));
      out.open("div", "class", "row");
      figure("LR", psnr(row, row.nearest()), "other", row.nearest());
      figure("Bilinear", psnr(row, row.bilinear()), "other", row.bilinear());
      figure("Bicubic", psnr(row, row.bicubic()), "other", row.bicubic());
      figure(run.card().name(), psnr(row, row.sr()), "ours", row.sr());
      figure("HR", "original", "other", row.hr());
      out.close();
    }
  }

  /** Of the same details as it trained, in two columns; the last is the original. */
  private void samples(List<Sample> samples) throws IOException {
    if (samples.isEmpty() || run.gallery().isEmpty()) {
      return;
    }
    out.element("h2", "Samples over time");
    out.open("div", "class", "strips");
    for (Sample sample : samples) {
      String caption = sample.epoch() == 0 ? "Start" : "Epoch " + Figures.count(sample.epoch());
      String step = "step " + Figures.count(sample.steps());
      figure(caption, step, "other", Files.readAllBytes(sample.file()));
    }
    List<Picture> originals = run.gallery().stream().map(Comparison::hr).toList();
    figure("HR", "original", "other", PictureFiles.png(Samples.strip(originals)));
    out.close();
  }

  private void figure(String caption, String note, String kind, Picture picture)
      throws IOException {
    figure(caption, note, kind, PictureFiles.png(picture));
  }

  private void figure(String caption, String note, String kind, byte[] png) {
    out.open("figure", "class", kind);
    out.empty("img", "alt", caption, "src", dataUri(png));
    out.open("figcaption").element("span", caption).element("span", note).close();
    out.close();
  }

  private static String psnr(Comparison row, Picture enlarged) {
    return Figures.psnr(row.psnr(enlarged)) + " dB";
  }

  private Map<String, String> facts() {
    ModelCard card = run.card();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Scale", "\u00d7" + card.scale());
    facts.put("Colour", card.colour() == Colour.Y ? "luma" : "RGB");
    facts.put("Parameters", Figures.count(card.parameters()));
    facts.put("MACs per LR pixel", Figures.count(card.macsPerLrPixel()));
    facts.put("Receptive radius", card.receptiveRadius() + " LR pixels");
    facts.put("Degradation", card.degradation());
    Optional.ofNullable(card.training())
        .ifPresent(
            training -> {
              facts.put("Network", training.network());
              facts.put("Loss", training.loss());
              facts.put("Steps", Figures.count(training.steps()));
              facts.put(
                  "Data",
                  String.join(", ", training.data())
                      + " ("
                      + Figures.count(training.pictures())
                      + " pictures)");
              facts.put("SHA-256 of the data", training.sha256());
            });
    Optional.ofNullable(card.weightsSha256())
        .ifPresent(sha -> facts.put("SHA-256 of the weights", sha));
    Optional.ofNullable(card.licence()).ifPresent(licence -> facts.put("Licence", licence));
    return facts;
  }

  private void table(String title, Map<String, String> rows) {
    out.open("section");
    out.element("h2", title);
    out.open("table", "class", "facts").open("tbody");
    rows.forEach(
        (key, value) -> {
          out.open("tr").element("th", key, "scope", "row");
          out.element("td", value).close();
        });
    out.close().close().close();
  }

  private static String both(double psnr, double ssim) {
    return Figures.psnr(psnr) + " / " + Figures.ssim(ssim);
  }

  private static String sign(Quality quality) {
    return quality.psnr() > quality.bicubicPsnr() ? "better" : "worse";
  }

  static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}

package io.subpixel.conformance.matrix.page;

import static java.util.Objects.requireNonNull;

import io.subpixel.conformance.matrix.Figures;
import io.subpixel.conformance.matrix.MatrixResult;
import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixResult.Form;
import io.subpixel.conformance.matrix.MatrixResult.RuntimeEntry;
import io.subpixel.conformance.matrix.MatrixResult.SubjectEntry;
import io.subpixel.conformance.matrix.MatrixResult.Verdict;
import io.subpixel.conformance.matrix.page.Gallery.Difference;
import io.subpixel.conformance.matrix.page.Gallery.Shot;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.trainer.report.Xhtml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The matrix as one page that needs nothing else. Every figure is there without JavaScript. */
public final class MatrixPage {
  private static final String MOVE = "this.parentNode.style.setProperty('--cut', this.value + '%')";

  private final MatrixResult result;
  private final Gallery gallery;
  private final Xhtml out = new Xhtml();

  private MatrixPage(MatrixResult result, Gallery gallery) {
    this.result = result;
    this.gallery = gallery;
  }

  /** The whole page. */
  public static String write(MatrixResult result, Gallery gallery) throws IOException {
    return new MatrixPage(result, gallery).page();
  }

  private String page() throws IOException {
    out.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    out.open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.empty("meta", "name", "color-scheme", "content", "light dark");
    out.element("title", "Conformance of Subpixel's networks");
    out.element("style", css());
    out.close();
    out.open("body").open("main");
    heading();
    matrix();
    details();
    pictures();
    runtimes();
    out.close().close().close();
    return out.document();
  }

  private void heading() {
    out.element("h1", "Conformance");
    out.element(
        "p",
        String.format(
            Locale.ROOT,
            "%d networks in %d runtimes on %s, each compared with what SameDiff computes. A plain"
                + " model may differ by %s of the range and %s dB of PSNR; of a pixel model all"
                + " bytes are equal, or lie on the other side of a rounding edge that is as near.",
            result.subjects().size(),
            result.runtimes().stream().filter(runtime -> runtime.absent() == null).count(),
            result.data(),
            bound(MatrixResult.MOST_ABSOLUTE),
            bound(MatrixResult.MOST_DB)),
        "class",
        "lead");
    out.open("div", "class", "tiles");
    for (Verdict verdict : Verdict.values()) {
      long count = result.cells().stream().filter(cell -> cell.verdict() == verdict).count();
      if (verdict != Verdict.REFERENCE && (count > 0 || verdict == Verdict.BROKEN)) {
        // That nothing is broken is good news.
        tile(count, said(verdict), count == 0 ? "equal" : css(verdict));
      }
    }
    long absent = result.runtimes().stream().filter(runtime -> runtime.absent() != null).count();
    if (absent > 0) {
      tile(absent, absent == 1 ? "runtime absent" : "runtimes absent", "absent");
    }
    out.close();
  }

  private void tile(long count, String label, String kind) {
    out.open("div", "class", "tile " + kind);
    out.element("div", Long.toString(count), "class", "big");
    out.element("div", label, "class", "label");
    out.close();
  }

  private void matrix() {
    out.element("h2", "Matrix");
    out.element(
        "p",
        "SameDiff: PSNR and SSIM. Plain models: the largest difference of a value, and of PSNR in"
            + " dB. Pixel models: how many bytes differ, by 1 each unless the cell is red.",
        "class",
        "note");
    out.open("div", "class", "scroll").open("table", "class", "matrix");
    out.open("thead").open("tr");
    out.element("th", "Network", "rowspan", "2", "scope", "col");
    int columns = result.runtimes().size();
    out.element("th", "Plain model, float32", "colspan", "" + columns, "scope", "colgroup");
    out.element("th", "Pixel model, bytes", "colspan", "" + (columns - 1), "scope", "colgroup");
    out.close().open("tr");
    for (Form form : Form.values()) {
      for (RuntimeEntry runtime : columns(form)) {
        out.element("th", runtime.title(), "scope", "col");
      }
    }
    out.close().close().open("tbody");
    for (SubjectEntry subject : result.subjects()) {
      out.open("tr");
      out.open("th", "scope", "row").element("span", subject.name());
      out.element("span", subject.origin(), "class", "origin").close();
      for (Form form : Form.values()) {
        for (RuntimeEntry runtime : columns(form)) {
          cell(runtime, result.cell(subject.name(), form, runtime.id()));
        }
      }
      out.close();
    }
    out.close().close().close();
    reasons();
  }

  /** Why cells are grey or red, each reason once. */
  private void reasons() {
    Map<String, Long> reasons = new LinkedHashMap<>();
    for (RuntimeEntry runtime : result.runtimes()) {
      if (runtime.absent() != null) {
        reasons.put(runtime.title() + " is absent. " + runtime.absent(), 0L);
      }
    }
    for (Cell cell : result.cells()) {
      if (cell.verdict() == Verdict.NOT_TAKEN || cell.verdict().isFailure()) {
        String form = cell.form() == Form.PLAIN ? "plain" : "pixel";
        reasons.merge(
            title(cell.runtime())
                + ", "
                + form
                + " model, "
                + said(cell.verdict())
                + ": "
                + cell.reason(),
            1L,
            Long::sum);
      }
    }
    if (!reasons.isEmpty()) {
      out.open("ul", "class", "note");
      reasons.forEach(
          (reason, count) ->
              out.element("li", count > 1 ? reason + " (" + count + " networks)" : reason));
      out.close();
    }
  }

  /** The reference has no pixel model. */
  private List<RuntimeEntry> columns(Form form) {
    List<RuntimeEntry> all = result.runtimes();
    return form == Form.PLAIN ? all : all.subList(1, all.size());
  }

  private void cell(RuntimeEntry runtime, Optional<Cell> found) {
    if (found.isEmpty()) {
      out.element("td", "absent", "class", "absent", "title", String.valueOf(runtime.absent()));
      return;
    }
    Cell cell = found.get();
    String reason = cell.reason();
    out.open("td", "class", css(cell.verdict()), "title", reason == null ? "" : reason);
    Figures figures = cell.summary().orElse(null);
    if (figures == null) {
      out.text(said(cell.verdict()));
    } else if (cell.verdict() == Verdict.REFERENCE) {
      two(psnr(figures.psnr()), ssim(figures.ssim()));
    } else if (cell.form() == Form.PLAIN) {
      two(difference(figures.largestDifference()), difference(figures.psnrDifference()) + " dB");
    } else {
      long unequal = unequal(cell);
      two(unequal == 0 ? "all equal" : Long.toString(unequal), unequal == 0 ? "" : "differ");
    }
    out.close();
  }

  private void two(String first, String second) {
    out.element("b", first);
    if (!second.isEmpty()) {
      out.element("span", second);
    }
  }

  private static long unequal(Cell cell) {
    return cell.pictures().stream()
        .mapToLong(f -> Math.round((1 - f.equalBytes()) * 3.0 * f.width() * f.height()))
        .sum();
  }

  private void details() {
    out.element("h2", "Figures");
    out.element(
        "p",
        "PSNR and SSIM against HR ("
            + Metrics.CONVENTION
            + "), means over the pictures, as are equal bytes and milliseconds; the differences are"
            + " the largest. Milliseconds are the network's alone, median of the turns.",
        "class",
        "note");
    for (SubjectEntry subject : result.subjects()) {
      List<Cell> cells =
          result.cells().stream().filter(cell -> cell.subject().equals(subject.name())).toList();
      boolean failed = cells.stream().anyMatch(cell -> cell.verdict().isFailure());
      if (failed) {
        out.open("details", "open", "open");
      } else {
        out.open("details");
      }
      out.element(
          "summary",
          subject.name()
              + ", \u00d7"
              + subject.scale()
              + ", "
              + subject.colour()
              + ", reference by "
              + subject.reference());
      out.open("div", "class", "scroll").open("table", "class", "figures");
      out.open("thead").open("tr");
      for (String column :
          List.of("Runtime", "Form", "", "PSNR", "SSIM", "dB apart", "Largest", "Equal", "ms")) {
        out.element("th", column, "scope", "col");
      }
      out.close().close().open("tbody");
      cells.forEach(this::row);
      out.close().close().close().close();
    }
  }

  private void row(Cell cell) {
    out.open("tr");
    out.element("th", title(cell.runtime()), "scope", "row");
    out.element("td", cell.form().name().toLowerCase(Locale.ROOT));
    out.element("td", said(cell.verdict()), "class", css(cell.verdict()));
    Figures f = cell.summary().orElse(null);
    String reason = cell.reason();
    if (f == null) {
      out.element("td", String.valueOf(reason), "colspan", "6", "class", "reason").close();
      return;
    }
    out.element("td", psnr(f.psnr()));
    out.element("td", ssim(f.ssim()));
    out.element("td", difference(f.psnrDifference()));
    out.element("td", difference(f.largestDifference()));
    out.element("td", String.format(Locale.ROOT, "%.4f %%", 100 * f.equalBytes()));
    out.element("td", String.format(Locale.ROOT, "%.2f", f.milliseconds()));
    out.close();
    if (reason != null) {
      out.open("tr").element("td", reason, "colspan", "9", "class", "reason").close();
    }
  }

  private void pictures() throws IOException {
    out.element("h2", "Pictures");
    out.element(
        "p",
        String.format(
            Locale.ROOT,
            "By %s. Move the slider from bicubic at left to the network at right. The maps show"
                + " where a runtime's values differ from SameDiff's: black where by %s or less,"
                + " light yellow where by %s or more, in steps of powers of ten between.",
            gallery.network(),
            bound(DifferenceMap.LEAST),
            bound(MatrixResult.MOST_ABSOLUTE)),
        "class",
        "note");
    int all = result.cells().get(0).pictures().size();
    if (gallery.shots().size() < all) {
      out.element("p", "The first " + gallery.shots().size() + " of " + all + ".", "class", "note");
    }
    for (Shot shot : gallery.shots()) {
      out.element("h3", shot.name());
      out.open("div", "class", "shot");
      compare(shot);
      out.open("div", "class", "maps");
      for (Difference difference : shot.differences()) {
        String title = title(difference.runtime());
        out.open("figure");
        image(difference.map(), "Difference of " + title, "map");
        out.open("figcaption").element("span", title);
        out.element(
            "span",
            difference.largest() == 0 ? "equal" : "at most " + difference(difference.largest()));
        out.close().close();
      }
      out.close().close();
    }
  }

  private void compare(Shot shot) throws IOException {
    out.open("figure", "class", "compare");
    out.open("div", "class", "stack");
    image(shot.sr(), gallery.network(), "after");
    image(shot.bicubic(), "bicubic", "before");
    out.empty(
        "input",
        "type",
        "range",
        "min",
        "0",
        "max",
        "100",
        "value",
        "50",
        "aria-label",
        "How much of bicubic is shown",
        "oninput",
        MOVE);
    out.close();
    out.open("figcaption");
    out.element("span", "bicubic, " + psnr(shot.bicubicPsnr()));
    out.element("span", gallery.network() + ", " + psnr(shot.srPsnr()));
    out.close().close();
  }

  private void image(Picture picture, String alt, String kind) throws IOException {
    String png = Base64.getEncoder().encodeToString(PictureFiles.png(picture));
    out.empty(
        "img",
        "class",
        kind,
        "alt",
        alt,
        "width",
        "" + picture.width(),
        "height",
        "" + picture.height(),
        "src",
        "data:image/png;base64," + png);
  }

  private void runtimes() {
    out.element("h2", "Runtimes");
    Map<String, String> versions = new LinkedHashMap<>();
    for (RuntimeEntry runtime : result.runtimes()) {
      String version = runtime.version();
      versions.put(runtime.title(), version == null ? "Absent. " + runtime.absent() : version);
    }
    table(versions);
    out.element("h2", "Machine");
    table(result.machine());
    out.element("h2", "Command");
    out.open("div", "class", "scroll");
    out.open("pre").element("code", "bin/" + result.command()).close();
    out.close();
  }

  private void table(Map<String, String> rows) {
    out.open("table", "class", "facts").open("tbody");
    rows.forEach(
        (key, value) ->
            out.open("tr").element("th", key, "scope", "row").element("td", value).close());
    out.close().close();
  }

  private String title(String runtime) {
    return result.runtimes().stream()
        .filter(entry -> entry.id().equals(runtime))
        .map(RuntimeEntry::title)
        .collect(Collectors.joining());
  }

  private static String said(Verdict verdict) {
    return switch (verdict) {
      case REFERENCE -> "reference";
      case EQUAL -> "within the bounds";
      case ROUNDED -> "rounded otherwise";
      case NOT_TAKEN -> "not taken";
      case FAILED -> "failed";
      case BROKEN -> "broken";
    };
  }

  private static String css(Verdict verdict) {
    return switch (verdict) {
      case REFERENCE -> "reference";
      case EQUAL -> "equal";
      case ROUNDED -> "rounded";
      case NOT_TAKEN -> "absent";
      case FAILED, BROKEN -> "broken";
    };
  }

  private static String psnr(double value) {
    return String.format(Locale.ROOT, "%.2f dB", value);
  }

  private static String ssim(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String bound(double powerOfTen) {
    return "1e" + Math.round(Math.log10(powerOfTen));
  }

  private static String difference(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  private static String css() throws IOException {
    try (InputStream in = requireNonNull(MatrixPage.class.getResourceAsStream("matrix.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

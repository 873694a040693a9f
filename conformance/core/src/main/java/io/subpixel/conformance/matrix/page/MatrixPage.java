package io.subpixel.conformance.matrix.page;

import static java.util.Objects.requireNonNull;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
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
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The matrix as one page that needs nothing else: {@code matrix.html}, filled in. Every figure is
 * there without JavaScript.
 */
public final class MatrixPage {
  /** File names may hold characters that XML 1.0 doesn't allow. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[^\t\n\\x20-\\x{d7ff}\\x{e000}-\\x{fffd}\\x{10000}-\\x{10ffff}]");

  /** A name that the view lacks is an error. */
  private static final Mustache.Compiler TEMPLATES =
      Mustache.compiler()
          .strictSections(true)
          .withEscaper(text -> Escapers.HTML.escape(FORBIDDEN.matcher(text).replaceAll("\ufffd")))
          .withLoader(MatrixPage::resource);

  private final MatrixResult result;
  private final Gallery gallery;

  private MatrixPage(MatrixResult result, Gallery gallery) {
    this.result = result;
    this.gallery = gallery;
  }

  /** The whole page. */
  public static String write(MatrixResult result, Gallery gallery) throws IOException {
    return TEMPLATES.loadTemplate("matrix.html").execute(new MatrixPage(result, gallery).view());
  }

  /** What the template names. */
  private record View(
      int networks,
      long present,
      String data,
      String maxAbsolute,
      String maxDb,
      String minMapped,
      String convention,
      List<Tile> tiles,
      int plainColumns,
      int pixelColumns,
      List<String> columns,
      List<Row> rows,
      boolean hasReasons,
      List<String> reasons,
      List<Details> details,
      String network,
      @Nullable String leftOut,
      List<ShotView> shots,
      List<Fact> runtimes,
      List<Fact> machine,
      String command) {}

  private record Tile(long count, String label, String kind) {}

  private record Row(String name, String origin, List<Box> boxes) {}

  /** A cell of the matrix: text, or one or two figures. */
  private record Box(
      String kind,
      String title,
      @Nullable String text,
      @Nullable String figure,
      @Nullable String second) {}

  private record Details(String summary, boolean open, List<Line> lines) {}

  private record Line(
      String runtime,
      String form,
      String kind,
      String said,
      List<String> figures,
      @Nullable String insteadOfFigures,
      @Nullable String belowFigures) {}

  private record ShotView(
      String name,
      int width,
      int height,
      String sr,
      String bicubic,
      String srPsnr,
      String bicubicPsnr,
      List<DifferenceView> maps) {}

  private record DifferenceView(
      String runtime, int width, int height, String png, String largest) {}

  private record Fact(String name, String value) {}

  private View view() throws IOException {
    List<RuntimeEntry> runtimes = result.runtimes();
    List<String> reasons = reasons();
    return new View(
        result.subjects().size(),
        runtimes.stream().filter(runtime -> runtime.absent() == null).count(),
        result.data(),
        bound(MatrixResult.MAX_ABSOLUTE),
        bound(MatrixResult.MAX_DB),
        bound(DifferenceMap.MIN),
        Metrics.CONVENTION,
        tiles(),
        columns(Form.PLAIN).size(),
        columns(Form.PIXELS).size(),
        Stream.of(Form.values())
            .flatMap(form -> columns(form).stream())
            .map(RuntimeEntry::title)
            .toList(),
        result.subjects().stream().map(this::row).toList(),
        !reasons.isEmpty(),
        reasons,
        result.subjects().stream().map(this::details).toList(),
        gallery.network(),
        leftOut(),
        shots(),
        runtimes.stream().map(MatrixPage::version).toList(),
        result.machine().entrySet().stream()
            .map(fact -> new Fact(fact.getKey(), fact.getValue()))
            .toList(),
        result.command());
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      long count = result.cells().stream().filter(cell -> cell.verdict() == verdict).count();
      if (verdict != Verdict.REFERENCE && (count > 0 || verdict == Verdict.BROKEN)) {
        // That nothing is broken is good news.
        tiles.add(new Tile(count, said(verdict), count == 0 ? "equal" : css(verdict)));
      }
    }
    long absent = result.runtimes().stream().filter(runtime -> runtime.absent() != null).count();
    if (absent > 0) {
      tiles.add(new Tile(absent, absent == 1 ? "runtime absent" : "runtimes absent", "absent"));
    }
    return tiles;
  }

  private Row row(SubjectEntry subject) {
    List<Box> boxes = new ArrayList<>();
    for (Form form : Form.values()) {
      for (RuntimeEntry runtime : columns(form)) {
        boxes.add(box(runtime, result.cell(subject.name(), form, runtime.id())));
      }
    }
    return new Row(subject.name(), subject.origin(), boxes);
  }

  /** Why cells are grey or red, each reason once. */
  private List<String> reasons() {
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
    return reasons.entrySet().stream()
        .map(
            each ->
                each.getValue() > 1
                    ? each.getKey() + " (" + each.getValue() + " networks)"
                    : each.getKey())
        .toList();
  }

  /** The reference has no pixel model. */
  private List<RuntimeEntry> columns(Form form) {
    List<RuntimeEntry> all = result.runtimes();
    return form == Form.PLAIN ? all : all.subList(1, all.size());
  }

  private static Box box(RuntimeEntry runtime, Optional<Cell> found) {
    if (found.isEmpty()) {
      return new Box("absent", String.valueOf(runtime.absent()), "absent", null, null);
    }
    Cell cell = found.get();
    String kind = css(cell.verdict());
    String reason = cell.reason() == null ? "" : cell.reason();
    Figures figures = cell.summary().orElse(null);
    if (figures == null) {
      return new Box(kind, reason, said(cell.verdict()), null, null);
    } else if (cell.verdict() == Verdict.REFERENCE) {
      return new Box(kind, reason, null, psnr(figures.psnr()), ssim(figures.ssim()));
    } else if (cell.form() == Form.PLAIN) {
      return new Box(
          kind,
          reason,
          null,
          difference(figures.largestDifference()),
          difference(figures.psnrDifference()) + " dB");
    }
    long unequal = unequal(cell);
    return unequal == 0
        ? new Box(kind, reason, null, "all equal", null)
        : new Box(kind, reason, null, Long.toString(unequal), "differ");
  }

  private static long unequal(Cell cell) {
    return cell.pictures().stream()
        .mapToLong(f -> Math.round((1 - f.equalBytes()) * 3.0 * f.width() * f.height()))
        .sum();
  }

  private Details details(SubjectEntry subject) {
    List<Cell> cells =
        result.cells().stream().filter(cell -> cell.subject().equals(subject.name())).toList();
    return new Details(
        subject.name()
            + ", \u00d7"
            + subject.scale()
            + ", "
            + subject.colour()
            + ", reference by "
            + subject.reference(),
        cells.stream().anyMatch(cell -> cell.verdict().isFailure()),
        cells.stream().map(this::line).toList());
  }

  private Line line(Cell cell) {
    Figures f = cell.summary().orElse(null);
    List<String> figures =
        f == null
            ? List.of()
            : List.of(
                psnr(f.psnr()),
                ssim(f.ssim()),
                difference(f.psnrDifference()),
                difference(f.largestDifference()),
                String.format(Locale.ROOT, "%.4f %%", 100 * f.equalBytes()),
                String.format(Locale.ROOT, "%.2f", f.milliseconds()));
    return new Line(
        title(cell.runtime()),
        cell.form().name().toLowerCase(Locale.ROOT),
        css(cell.verdict()),
        said(cell.verdict()),
        figures,
        f == null ? String.valueOf(cell.reason()) : null,
        f == null ? null : cell.reason());
  }

  private @Nullable String leftOut() {
    int all = result.cells().get(0).pictures().size();
    int shown = gallery.shots().size();
    return shown < all ? "The first " + shown + " of " + all + "." : null;
  }

  private List<ShotView> shots() throws IOException {
    List<ShotView> shots = new ArrayList<>();
    for (Shot shot : gallery.shots()) {
      List<DifferenceView> maps = new ArrayList<>();
      for (Difference difference : shot.differences()) {
        double largest = difference.largest();
        maps.add(
            new DifferenceView(
                title(difference.runtime()),
                difference.map().width(),
                difference.map().height(),
                png(difference.map()),
                largest == 0 ? "equal" : "at most " + difference(largest)));
      }
      shots.add(
          new ShotView(
              shot.name(),
              shot.sr().width(),
              shot.sr().height(),
              png(shot.sr()),
              png(shot.bicubic()),
              psnr(shot.srPsnr()),
              psnr(shot.bicubicPsnr()),
              maps));
    }
    return shots;
  }

  private static String png(Picture picture) throws IOException {
    return Base64.getEncoder().encodeToString(PictureFiles.png(picture));
  }

  private static Fact version(RuntimeEntry runtime) {
    String version = runtime.version();
    return new Fact(runtime.title(), version == null ? "Absent. " + runtime.absent() : version);
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

  private static Reader resource(String name) {
    return new InputStreamReader(
        requireNonNull(MatrixPage.class.getResourceAsStream(name)), StandardCharsets.UTF_8);
  }
}

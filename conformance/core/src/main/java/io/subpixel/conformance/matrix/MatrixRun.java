package io.subpixel.conformance.matrix;

import io.subpixel.conformance.matrix.Adapter.Loaded;
import io.subpixel.conformance.matrix.Adapter.Timed;
import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixResult.Form;
import io.subpixel.conformance.matrix.MatrixResult.Verdict;
import io.subpixel.conformance.parity.Parity;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs networks in runtimes on pictures and judges the results. */
public final class MatrixRun {
  /** 8 bits of 0..255 are known from 16 bits to half a step of these. */
  private static final double FINEST = 0.5 / 257;

  private final Adapter reference;
  private final String referenceId;
  private final Map<String, Adapter> adapters;
  private final List<HrPicture> pictures;
  private final int rounds;

  /** Receives results. */
  public interface Observer {
    /** A runtime's values of one picture; of the reference they are its own. */
    void made(Subject subject, String runtime, Reference picture, Plane[] sr);

    /** A network in a runtime, judged. */
    void judged(Cell cell);
  }

  /**
   * @param referenceId names the reference
   * @param reference is compared with
   * @param adapters the others by their ids; they stay open
   * @param pictures the originals
   * @param rounds how often each model runs on each picture beside the first time, for the median;
   *     1 or more
   */
  public MatrixRun(
      String referenceId,
      Adapter reference,
      Map<String, Adapter> adapters,
      List<HrPicture> pictures,
      int rounds) {
    this.referenceId = referenceId;
    this.reference = reference;
    this.adapters = adapters;
    this.pictures = pictures;
    this.rounds = rounds;
  }

  /**
   * Runs one network everywhere, in both forms.
   *
   * @throws IOException if its reference can't be computed
   */
  public List<Cell> run(Subject subject, Observer observer) throws IOException {
    List<Cell> cells = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    List<Figures> figures = new ArrayList<>();
    Degradation degradation = Degradation.parse(subject.card().degradation());
    try (Loaded<Plane[]> loaded = reference.plain(subject)) {
      for (HrPicture picture : pictures) {
        Reference made =
            new Reference(
                picture, subject.card(), degradation, lr -> checked(loaded.upscale(lr).sr()));
        double milliseconds = median(loaded, made.planes());
        references.add(made);
        figures.add(figures(made, made.bytes(), 0, milliseconds));
        observer.made(subject, referenceId, made, made.sr());
      }
    }
    cells.add(new Cell(subject.name(), Form.PLAIN, referenceId, Verdict.REFERENCE, null, figures));
    observer.judged(cells.get(0));
    for (Form form : Form.values()) {
      for (Map.Entry<String, Adapter> adapter : adapters.entrySet()) {
        Cell cell =
            switch (form) {
              case PLAIN ->
                  plain(subject, adapter.getKey(), adapter.getValue(), references, observer);
              case PIXELS -> pixels(subject, adapter.getKey(), adapter.getValue(), references);
            };
        cells.add(cell);
        observer.judged(cell);
      }
    }
    return cells;
  }

  private static Plane[] checked(Plane[] sr) {
    for (Plane plane : sr) {
      for (float value : plane.values()) {
        if (!Float.isFinite(value)) {
          throw new IllegalStateException("the reference: expected numbers, received " + value);
        }
      }
    }
    return sr;
  }

  private Cell plain(
      Subject subject,
      String runtime,
      Adapter adapter,
      List<Reference> references,
      Observer observer) {
    List<Figures> figures = new ArrayList<>();
    String reason = null;
    try (Loaded<Plane[]> loaded = adapter.plain(subject)) {
      for (Reference expected : references) {
        Timed<Plane[]> first = loaded.upscale(expected.planes());
        requireSize(expected.sr(), first.sr());
        observer.made(subject, runtime, expected, first.sr());
        Figures found =
            figures(
                expected,
                expected.pixels(first.sr()),
                Parity.largestDifference(expected.sr(), first.sr()),
                median(loaded, expected.planes()));
        figures.add(found);
        reason = reason == null ? fault(found).orElse(null) : reason;
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      return failed(subject, Form.PLAIN, runtime, e);
    }
    Verdict verdict = reason == null ? Verdict.EQUAL : Verdict.BROKEN;
    return new Cell(subject.name(), Form.PLAIN, runtime, verdict, reason, figures);
  }

  /** Written so that NaN is a fault too. */
  private static Optional<String> fault(Figures found) {
    if (!(found.largestDifference() <= MatrixResult.MAX_ABSOLUTE)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s: expected values within %.0e of the reference, received a difference of %.1e",
              found.picture(),
              MatrixResult.MAX_ABSOLUTE,
              found.largestDifference()));
    }
    if (!(found.psnrDifference() <= MatrixResult.MAX_DB)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s: expected PSNR within %.0e dB of the reference, received a difference of %.1e dB",
              found.picture(),
              MatrixResult.MAX_DB,
              found.psnrDifference()));
    }
    return Optional.empty();
  }

  private Cell pixels(
      Subject subject, String runtime, Adapter adapter, List<Reference> references) {
    List<Figures> figures = new ArrayList<>();
    Bytes all = new Bytes();
    try (Loaded<Picture> loaded = adapter.pixels(subject)) {
      for (Reference expected : references) {
        Timed<Picture> first = loaded.upscale(expected.lr());
        Picture made = first.sr();
        if (made.samples().length != expected.bytes().samples().length
            || made.width() != expected.bytes().width()) {
          throw new IOException("expected " + expected.bytes() + ", received " + made);
        }
        Bytes bytes = Bytes.compare(expected, made);
        all = all.and(bytes);
        figures.add(figures(expected, made, bytes.largest / 255.0, median(loaded, expected.lr())));
      }
    } catch (NotTakenException e) {
      return new Cell(subject.name(), Form.PIXELS, runtime, Verdict.NOT_TAKEN, said(e), List.of());
    } catch (IOException | RuntimeException | LinkageError e) {
      return failed(subject, Form.PIXELS, runtime, e);
    }
    return new Cell(subject.name(), Form.PIXELS, runtime, all.verdict(), all.reason(), figures);
  }

  /** Bytes beside the reference's. */
  private record Bytes(long count, long unequal, long unexplained, int largest) {
    Bytes() {
      this(0, 0, 0, 0);
    }

    /**
     * A byte that differs is explained if it is the next one, and the reference's value lies so
     * near to the edge between the two that the bound of plain models reaches over it.
     */
    static Bytes compare(Reference expected, Picture made) {
      byte[] a = expected.bytes().samples();
      byte[] b = made.samples();
      long unequal = 0;
      long unexplained = 0;
      int largest = 0;
      for (int i = 0; i < a.length; i++) {
        int one = a[i] & 0xff;
        int other = b[i] & 0xff;
        if (one != other) {
          unequal++;
          double edge = (one + other) / 2.0;
          boolean isNear =
              Math.abs(expected.unrounded(i) - edge) <= 255 * MatrixResult.MAX_ABSOLUTE + FINEST;
          if (Math.abs(one - other) > 1 || !isNear) {
            unexplained++;
          }
          largest = Math.max(largest, Math.abs(one - other));
        }
      }
      return new Bytes(a.length, unequal, unexplained, largest);
    }

    Bytes and(Bytes other) {
      return new Bytes(
          count + other.count,
          unequal + other.unequal,
          unexplained + other.unexplained,
          Math.max(largest, other.largest));
    }

    Verdict verdict() {
      if (unequal == 0) {
        return Verdict.EQUAL;
      }
      return unexplained == 0 ? Verdict.ROUNDED : Verdict.BROKEN;
    }

    @Nullable String reason() {
      if (unequal == 0) {
        return null;
      }
      return unexplained == 0
          ? String.format(
              Locale.ROOT,
              "%d of %d bytes differ by 1: there the reference lies within %.0e of a rounding edge",
              unequal,
              count,
              MatrixResult.MAX_ABSOLUTE)
          : String.format(
              Locale.ROOT,
              "expected %d equal bytes, received %d others, of which %d aren't by a rounding edge;"
                  + " the largest difference is %d",
              count,
              unequal,
              unexplained,
              largest);
    }
  }

  private static Cell failed(Subject subject, Form form, String runtime, Throwable failure) {
    return new Cell(subject.name(), form, runtime, Verdict.FAILED, said(failure), List.of());
  }

  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? "a failure without a word"
        : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static void requireSize(Plane[] expected, Plane[] received) throws IOException {
    String one = size(expected);
    String other = size(received);
    if (!one.equals(other)) {
      throw new IOException("expected " + one + ", received " + other);
    }
  }

  private static String size(Plane[] planes) {
    return planes.length + " planes of " + planes[0].width() + "x" + planes[0].height();
  }

  private static Figures figures(
      Reference expected, Picture made, double largestDifference, double milliseconds) {
    double psnr = expected.psnr(made);
    // Both may be infinite.
    double difference = psnr == expected.psnr() ? 0 : Math.abs(psnr - expected.psnr());
    byte[] a = expected.bytes().samples();
    byte[] b = made.samples();
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i]) {
        equal++;
      }
    }
    return new Figures(
        expected.name(),
        expected.hr().width(),
        expected.hr().height(),
        psnr,
        expected.ssim(made),
        difference,
        largestDifference,
        (double) equal / a.length,
        milliseconds);
  }

  private <T> double median(Loaded<T> loaded, T lr) throws IOException {
    double[] milliseconds = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      milliseconds[i] = loaded.upscale(lr).milliseconds();
    }
    Arrays.sort(milliseconds);
    return (milliseconds[(rounds - 1) / 2] + milliseconds[rounds / 2]) / 2;
  }
}

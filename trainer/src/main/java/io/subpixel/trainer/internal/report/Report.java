package io.subpixel.trainer.internal.report;

import static java.util.Objects.requireNonNull;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Fonts;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.internal.report.Page.Curve;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a run's report: {@code report.html} and the curves that are in it, such as {@code
 * loss.png}.
 */
public final class Report {
  /** The page's file name in a run. */
  public static final String PAGE = "report.html";

  /** The file name of the loss over the epochs. */
  public static final String LOSS = "loss.png";

  /** The file name of PSNR over the epochs. */
  public static final String PSNR = "psnr.png";

  /** The file name of the terms of the loss over the epochs. */
  public static final String TERMS = "terms.png";

  /** The file name of an adversarial training's two losses over the epochs. */
  public static final String ADVERSARIES = "adversarial.png";

  private Report() {}

  /** Draws a history in some colours. */
  @FunctionalInterface
  private interface Drawing {
    Optional<byte[]> draw(List<Epoch> history, Shade shade) throws IOException;
  }

  /**
   * Writes the page and the curves, each whole, in place of earlier ones. A curve without a point
   * is left out, as are both where Java lacks what it draws text with.
   *
   * @throws InvalidInputException if the folder can't be written to
   */
  public static void write(Path folder, RunResult run) throws IOException {
    List<Curve> curves = new ArrayList<>();
    curve(folder.resolve(LOSS), "Loss over the epochs", Curves::loss, run).ifPresent(curves::add);
    curve(folder.resolve(TERMS), "Terms of the loss over the epochs", Curves::terms, run)
        .ifPresent(curves::add);
    curve(
            folder.resolve(ADVERSARIES),
            "Adversarial losses over the epochs",
            Curves::adversaries,
            run)
        .ifPresent(curves::add);
    curve(folder.resolve(PSNR), "PSNR over the epochs", Curves::psnr, run).ifPresent(curves::add);
    String page = new Page(run, css()).write(curves, Samples.all(folder));
    AtomicFile.write(folder.resolve(PAGE), file -> Files.writeString(file, page));
  }

  private static Optional<Curve> curve(Path file, String title, Drawing drawing, RunResult run)
      throws IOException {
    Optional<byte[]> light = draw(drawing, run, Shade.LIGHT);
    if (light.isEmpty()) {
      // One of an earlier run would not belong to this page.
      Files.deleteIfExists(file);
      return Optional.empty();
    }
    AtomicFile.write(file, temporary -> Files.write(temporary, light.get()));
    byte[] dark = draw(drawing, run, Shade.DARK).orElse(light.get());
    return Optional.of(new Curve(title, Page.dataUri(light.get()), Page.dataUri(dark)));
  }

  private static Optional<byte[]> draw(Drawing drawing, RunResult run, Shade shade)
      throws IOException {
    // Hours of training must not end by a machine without fonts.
    if (run.history().isEmpty() || !Fonts.areThere()) {
      return Optional.empty();
    }
    return drawing.draw(run.history(), shade);
  }

  private static String css() throws IOException {
    try (InputStream in = requireNonNull(Report.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

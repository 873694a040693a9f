package io.subpixel.conformance.matrix;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run of the matrix.
 *
 * @param machine its processor, system and Java, by name
 * @param command what was run
 * @param data the source of the pictures
 * @param runtimes those that ran, then those that are absent
 * @param subjects the networks
 * @param cells one for each network, form and runtime, in these orders
 */
public record MatrixResult(
    Map<String, String> machine,
    String command,
    String data,
    List<RuntimeEntry> runtimes,
    List<SubjectEntry> subjects,
    List<Cell> cells) {

  /** The largest difference in PSNR that a plain model may have, in dB. */
  public static final double MAX_DB = 1e-4;

  /** The largest difference of a value that a plain model may have, of 0..1. */
  public static final double MAX_ABSOLUTE = 1e-4;

  /** How a model takes and gives pictures. */
  public enum Form {
    /** Float values, with colour and rounding done around the network. */
    PLAIN,
    /** Bytes, with colour and rounding inside. */
    PIXELS
  }

  /** The verdict on a cell. */
  public enum Verdict {
    /** The others are compared with it. */
    REFERENCE,
    /** Within the bounds; of a pixel model, all bytes equal. */
    EQUAL,
    /** A pixel model some bytes of which lie on the other side of a rounding edge. */
    ROUNDED,
    /** The runtime is known not to take models of this form. */
    NOT_TAKEN,
    /** The runtime refused the model or failed. */
    FAILED,
    /** A bound is broken. */
    BROKEN;

    /** Whether a run with such a cell has failed. */
    public boolean isFailure() {
      return this == FAILED || this == BROKEN;
    }
  }

  /**
   * A runtime.
   *
   * @param id its name in options
   * @param title its name in tables
   * @param version what it is and runs in; null if it is absent
   * @param absent what is missing and how to install it; null if it is there
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RuntimeEntry(
      String id, String title, @Nullable String version, @Nullable String absent) {}

  /**
   * A network.
   *
   * @param name its name
   * @param origin where it is from
   * @param reference what computed the reference
   * @param scale how many times larger each side becomes
   * @param colour what its channels mean
   */
  public record SubjectEntry(
      String name, String origin, String reference, int scale, String colour) {}

  /**
   * A network in a runtime.
   *
   * @param subject the network's name
   * @param form of the model
   * @param runtime its id
   * @param verdict the verdict
   * @param reason why it isn't equal; null if it is
   * @param pictures the figures of each picture
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cell(
      String subject,
      Form form,
      String runtime,
      Verdict verdict,
      @Nullable String reason,
      List<Figures> pictures) {
    /** The mean or worst over its pictures; empty if it has none. */
    public Optional<Figures> summary() {
      return Figures.summary(pictures);
    }
  }

  /** Whether no bound is broken and no runtime failed. */
  public boolean isConformant() {
    return cells.stream().noneMatch(cell -> cell.verdict().isFailure());
  }

  /** The cell of a network, a form and a runtime; empty if the runtime is absent. */
  public Optional<Cell> cell(String subject, Form form, String runtime) {
    return cells.stream()
        .filter(
            cell ->
                cell.subject().equals(subject)
                    && cell.form() == form
                    && cell.runtime().equals(runtime))
        .findFirst();
  }
}

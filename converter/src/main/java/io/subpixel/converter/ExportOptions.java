package io.subpixel.converter;

import io.subpixel.converter.graph.Opset;
import io.subpixel.models.ModelCard;
import java.util.List;
import java.util.Optional;

/**
 * What to export, and how. Immutable; start from {@link #DEFAULT}.
 *
 * @param inputs names of the inputs, in order; empty for the placeholders that the outputs need. A
 *     variable that is named becomes an input instead of stored weights
 * @param outputs names of the outputs, in order; empty for {@code sr}, or where there is none for
 *     what nothing reads and is no loss
 * @param opset which operators to use
 * @param card what to write into the file's metadata
 * @param verify whether to compare with SameDiff before the file gets its name
 */
public record ExportOptions(
    List<String> inputs,
    List<String> outputs,
    Opset opset,
    Optional<ModelCard> card,
    boolean verify) {
  /** The default inputs and outputs, opset 17, no card, verified. */
  public static final ExportOptions DEFAULT =
      new ExportOptions(List.of(), List.of(), Opset.DEFAULT, Optional.empty(), true);

  /** Copies the lists. */
  public ExportOptions {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** With these inputs. */
  public ExportOptions withInputs(List<String> names) {
    return new ExportOptions(names, outputs, opset, card, verify);
  }

  /** With these outputs. */
  public ExportOptions withOutputs(List<String> names) {
    return new ExportOptions(inputs, names, opset, card, verify);
  }

  /**
   * With that opset, {@value Opset#LEAST}..{@value Opset#MOST}.
   *
   * @throws IllegalArgumentException if it can't be exported
   */
  public ExportOptions withOpset(int version) {
    return new ExportOptions(inputs, outputs, Opset.of(version), card, verify);
  }

  /** With that card. */
  public ExportOptions withCard(ModelCard modelCard) {
    return new ExportOptions(inputs, outputs, opset, Optional.of(modelCard), verify);
  }

  /** Verified or not. */
  public ExportOptions withVerify(boolean wanted) {
    return new ExportOptions(inputs, outputs, opset, card, wanted);
  }
}

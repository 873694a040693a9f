package io.subpixel.converter;

import io.subpixel.converter.graph.Opset;
import io.subpixel.models.ModelCard;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to export, and how. Immutable; start from {@link #DEFAULT}.
 *
 * @param inputs names of the inputs, in order; empty for the placeholders that the outputs need. A
 *     variable that is named becomes an input instead of stored weights
 * @param outputs names of the outputs, in order; empty for {@code sr}, or where there is none for
 *     what nothing reads and is no loss
 * @param shapes the sizes of inputs, -1 for unknown ones, where the network doesn't say or says
 *     less
 * @param opset which operators to use
 * @param card what to write into the file's metadata
 * @param verify whether to compare with SameDiff before the file gets its name
 * @param tolerance the largest difference that counts as equal, as a share of the largest magnitude
 *     in the tensor
 */
public record ExportOptions(
    List<String> inputs,
    List<String> outputs,
    Map<String, List<Long>> shapes,
    Opset opset,
    Optional<ModelCard> card,
    boolean verify,
    double tolerance) {
  /** The default inputs and outputs, opset 17, no card, verified within 1e-5. */
  public static final ExportOptions DEFAULT =
      new ExportOptions(
          List.of(), List.of(), Map.of(), Opset.DEFAULT, Optional.empty(), true, 1e-5);

  /** Copies the lists and the map. */
  public ExportOptions {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    shapes = Map.copyOf(shapes);
  }

  /** With these inputs. */
  public ExportOptions withInputs(List<String> names) {
    return new ExportOptions(names, outputs, shapes, opset, card, verify, tolerance);
  }

  /** With these outputs. */
  public ExportOptions withOutputs(List<String> names) {
    return new ExportOptions(inputs, names, shapes, opset, card, verify, tolerance);
  }

  /** With these sizes of an input, -1 for unknown ones; none for a scalar. */
  public ExportOptions withShape(String input, long... sizes) {
    Map<String, List<Long>> all = new HashMap<>(shapes);
    all.put(input, Arrays.stream(sizes).boxed().toList());
    return new ExportOptions(inputs, outputs, all, opset, card, verify, tolerance);
  }

  /**
   * With that opset, {@value Opset#LEAST}..{@value Opset#MOST}.
   *
   * @throws IllegalArgumentException if it can't be exported
   */
  public ExportOptions withOpset(int version) {
    return new ExportOptions(inputs, outputs, shapes, Opset.of(version), card, verify, tolerance);
  }

  /** With that card. */
  public ExportOptions withCard(ModelCard modelCard) {
    return new ExportOptions(
        inputs, outputs, shapes, opset, Optional.of(modelCard), verify, tolerance);
  }

  /** Verified or not. */
  public ExportOptions withVerify(boolean wanted) {
    return new ExportOptions(inputs, outputs, shapes, opset, card, wanted, tolerance);
  }

  /**
   * With that tolerance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and below 1
   */
  public ExportOptions withTolerance(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "tolerance: expected above 0 and below 1, received " + share);
    }
    return new ExportOptions(inputs, outputs, shapes, opset, card, verify, share);
  }
}

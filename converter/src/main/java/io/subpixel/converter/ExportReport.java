package io.subpixel.converter;

import io.subpixel.converter.verification.Trial;
import io.subpixel.converter.verification.ValueResult;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an export did. Also made for exports that failed: then some node isn't converted or
 * accurate, or {@code failures} says what else was wrong.
 *
 * @param file where the model was to be written; empty if to a stream or to memory
 * @param opset the version of ONNX's operators
 * @param irVersion the version of the file format
 * @param parameters how many values the file stores
 * @param inputs the model's inputs
 * @param outputs the model's outputs
 * @param verified whether SameDiff and ONNX Runtime were compared
 * @param tolerance the largest relative difference that counted as accurate
 * @param nodes every operation of the network that the outputs need, in order
 * @param folded names of operations that were computed at export, as they depend on weights alone
 * @param trials the sizes that were run
 * @param shipped how the file's own outputs compare; {@code nodes} are compared in a copy that
 *     shows every value
 * @param notes what a reader should know, though it is no fault of the file
 * @param failures what no single node caused
 * @param seconds how long it took, with the comparison
 * @since 0.1
 */
public record ExportReport(
    String file,
    int opset,
    int irVersion,
    long parameters,
    List<Port> inputs,
    List<Port> outputs,
    boolean verified,
    double tolerance,
    List<NodeReport> nodes,
    List<String> folded,
    List<Trial> trials,
    List<ValueResult> shipped,
    List<String> notes,
    List<String> failures,
    double seconds) {

  /**
   * An input or output of the model.
   *
   * @param name SameDiff's and ONNX's name
   * @param type of its elements, such as {@code FLOAT}
   * @param shape each axis as a number or a symbol: {@code [N,1,H,W]}
   */
  public record Port(String name, String type, String shape) {}

  /**
   * How one operation fared.
   *
   * @param node SameDiff's name of it
   * @param operator SameDiff's name of its operator
   * @param onnx the ONNX operators that it may become
   * @param converted whether it was
   * @param checked whether ONNX Runtime accepted a model with it
   * @param ran whether both sides computed it
   * @param accurate whether they agree within the tolerance
   * @param absolute the largest absolute difference
   * @param relative the same, relative to the largest magnitude of the tensor
   * @param fault what is wrong with it, otherwise empty
   */
  public record NodeReport(
      String node,
      String operator,
      List<String> onnx,
      boolean converted,
      boolean checked,
      boolean ran,
      boolean accurate,
      double absolute,
      double relative,
      String fault) {}

  /** The largest relative difference of any value; 0 if none was compared. */
  public double largestRelative() {
    return Stream.concat(
            nodes.stream().map(NodeReport::relative), shipped.stream().map(ValueResult::relative))
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }
}

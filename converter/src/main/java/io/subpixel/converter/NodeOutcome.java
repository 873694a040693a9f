package io.subpixel.converter;

import io.subpixel.converter.ExportReport.NodeReport;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.source.Node;
import io.subpixel.converter.verification.ValueResult;
import java.util.List;
import java.util.Optional;

/** How one operation fared. The report, the problems and the exception of an export follow. */
sealed interface NodeOutcome {
  /**
   * Describes the outcome.
   *
   * @param onnx the ONNX operators that the operation may become
   */
  NodeReport report(Node node, List<String> onnx);

  /** Returns what to tell the user, if the operation itself can't be exported. */
  default Optional<Problem> problem(Node node) {
    return Optional.empty();
  }

  /**
   * The operation is in the graph.
   *
   * @param loaded whether ONNX Runtime ran a model with it
   * @param compared how its values compare; empty if they weren't compared
   */
  record Converted(boolean loaded, Optional<ValueResult> compared) implements NodeOutcome {
    /** Converted, and not compared yet. */
    static final Converted UNCHECKED = new Converted(false, Optional.empty());

    @Override
    public NodeReport report(Node node, List<String> onnx) {
      return compared
          .map(
              value ->
                  new NodeReport(
                      node.name(),
                      node.operator(),
                      onnx,
                      true,
                      loaded,
                      value.ran(),
                      value.accurate(),
                      value.absolute(),
                      value.relative(),
                      value.fault()))
          .orElseGet(
              () ->
                  new NodeReport(
                      node.name(), node.operator(), onnx, true, false, false, false, 0, 0, ""));
    }
  }

  /**
   * The network asks for something that can't be exported.
   *
   * @param reason what it is
   * @param help what would help
   */
  record Refused(Kind kind, String reason, String help) implements NodeOutcome {
    /** Why an operation is refused. */
    enum Kind {
      /** Nobody registered its operator. */
      UNKNOWN_OPERATOR,
      /** Its handler refuses it. */
      UNSUPPORTED,
      /** Its inputs or settings are none that its operator takes. */
      MISFIT,
      /** Another operation, which it depends on or contains, is refused. */
      CONSEQUENCE
    }

    /** Refused because of another operation. */
    static final Refused CONSEQUENCE = new Refused(Kind.CONSEQUENCE, "", "");

    @Override
    public NodeReport report(Node node, List<String> onnx) {
      return unconverted(node, onnx, reason);
    }

    @Override
    public Optional<Problem> problem(Node node) {
      return kind == Kind.CONSEQUENCE
          ? Optional.empty()
          : Optional.of(new Problem(node.name(), node.operator(), reason, help));
    }
  }

  /**
   * The handler has a bug.
   *
   * @param bug what it threw
   */
  record Failed(RuntimeException bug) implements NodeOutcome {
    @Override
    public NodeReport report(Node node, List<String> onnx) {
      return unconverted(node, onnx, "its handler has a bug");
    }
  }

  private static NodeReport unconverted(Node node, List<String> onnx, String fault) {
    return new NodeReport(
        node.name(), node.operator(), onnx, false, false, false, false, 0, 0, fault);
  }
}

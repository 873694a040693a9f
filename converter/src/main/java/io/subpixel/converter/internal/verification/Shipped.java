package io.subpixel.converter.internal.verification;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The very file that is shipped, run as most users run it: with all of ONNX Runtime's graph
 * optimisations. Where these break a file that is right as it is written, it says so.
 */
final class Shipped implements AutoCloseable {
  private final Path file;
  private @Nullable OnnxRun optimised;
  private @Nullable OnnxRun asWritten;
  private String fault = "";

  Shipped(Path file) {
    this.file = file;
    try {
      optimised = OnnxRun.of(file);
    } catch (OnnxRunException e) {
      fault = String.valueOf(e.getMessage());
    }
  }

  /**
   * Computes every output.
   *
   * @param isRight whether outputs are what they should be
   * @throws OnnxRunException if ONNX Runtime can't, however it is told to
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs, Predicate<Map<String, Tensor>> isRight) {
    Map<String, Tensor> received = null;
    String found = fault;
    if (optimised != null) {
      try {
        received = optimised.run(inputs);
        if (isRight.test(received)) {
          return received;
        }
        found = "other values";
      } catch (OnnxRunException e) {
        found = String.valueOf(e.getMessage());
      }
    }
    if (asWritten == null) {
      asWritten = OnnxRun.asWritten(file);
    }
    Map<String, Tensor> written = asWritten.run(inputs);
    if (received != null && !isRight.test(written)) {
      return received;
    }
    fault = found;
    return written;
  }

  /** What ONNX Runtime's optimisations break, if they do. */
  Optional<String> note() {
    return fault.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the file is right, but ONNX Runtime's graph optimisations break it ("
                + fault
                + "): run it with optimisation disabled");
  }

  @Override
  public void close() {
    if (optimised != null) {
      optimised.close();
    }
    if (asWritten != null) {
      asWritten.close();
    }
  }
}

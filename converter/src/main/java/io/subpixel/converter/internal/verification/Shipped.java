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
  private Optional<String> unproven = Optional.empty();

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
   * @param danger why a window may be larger than what it looks at: ONNX Runtime's optimised
   *     pooling divides by zero there, which ends the process; empty if none is
   * @param isRight whether outputs are what they should be
   * @throws OnnxRunException if ONNX Runtime can't, however it is told to
   */
  Map<String, Tensor> run(
      Map<String, Tensor> inputs, Optional<String> danger, Predicate<Map<String, Tensor>> isRight) {
    if (danger.isPresent()) {
      unproven = danger;
      return written().run(inputs);
    }
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
    Map<String, Tensor> written = written().run(inputs);
    if (received != null && !isRight.test(written)) {
      return received;
    }
    fault = found;
    return written;
  }

  private OnnxRun written() {
    if (asWritten == null) {
      asWritten = OnnxRun.asWritten(file);
    }
    return asWritten;
  }

  /** What ONNX Runtime's optimisations break, if they do, or that they weren't tried. */
  Optional<String> note() {
    return fault.isEmpty()
        ? unproven.map(
            why ->
                why
                    + ": compared without ONNX Runtime's graph optimisations, which may end the"
                    + " process where a window is larger than its input")
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

package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Python that has a library.
 *
 * @param interpreter a name or a path
 */
public record Python(String interpreter) {
  /** Where to look by default; a user's own python3 may hide the system's. */
  public static final List<String> USUAL = List.of("python3", "/usr/bin/python3");

  /** The statement that only works with PyTorch. */
  public static final String PYTORCH = "import torch";

  /** The statement that only works with OpenCV's super-resolution module. */
  public static final String OPENCV = "from cv2 import dnn_superres";

  private static final int PATIENCE_SECONDS = 120;

  /** The first interpreter, a name or a path, that can execute an import statement. */
  public static Optional<Python> find(List<String> candidates, String statement) {
    return candidates.stream()
        .filter(candidate -> executes(candidate, statement))
        .findFirst()
        .map(Python::new);
  }

  private static boolean executes(String interpreter, String statement) {
    try {
      Process process =
          new ProcessBuilder(interpreter, "-c", statement)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Python that has PyTorch.
 *
 * @param python the interpreter, a name or a path
 */
public record Pytorch(String python) {
  /** Where one is usually found; a python3 of the user's own may hide the system's. */
  public static final List<String> USUAL = List.of("python3", "/usr/bin/python3");

  private static final int PATIENCE_SECONDS = 120;

  /** The first of some interpreters, names or paths, that can {@code import torch}. */
  public static Optional<Pytorch> find(List<String> candidates) {
    return candidates.stream().filter(Pytorch::hasTorch).findFirst().map(Pytorch::new);
  }

  private static boolean hasTorch(String python) {
    try {
      Process process =
          new ProcessBuilder(python, "-c", "import torch")
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

package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code .ci/fuzz} feeds with made-up models, and {@link CorpusTest} with kept ones: what
 * reads a model before ONNX Runtime does accepts it or refuses it in one line.
 */
public final class FuzzTargets {
  private FuzzTargets() {}

  /** ONNX, as far as the runtime reads it itself. */
  public static final class Onnx {
    private Onnx() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed(file);
    }
  }

  /**
   * Feeds one file.
   *
   * @return whether it was accepted, and has weights for clean pictures
   */
  static boolean feed(byte[] file) {
    try {
      new Model("a model", file, Path.of("").toAbsolutePath()).check();
      return CleanWeights.blend("a model", file, 0.5).length == file.length;
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      // Names and texts of the file may stand in it.
      if (message.lines().count() != 1) {
        throw new AssertionError("no line for a user: " + message, e);
      }
      return false;
    } catch (IOException e) {
      throw new AssertionError("weights beside it can be read", e);
    }
  }
}

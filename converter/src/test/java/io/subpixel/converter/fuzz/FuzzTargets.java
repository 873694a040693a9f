package io.subpixel.converter.fuzz;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.source.NetworkFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code .ci/fuzz} feeds with made-up networks, and {@link CorpusTest} with kept ones: a
 * network is read or refused in one line, and native code sees no broken one.
 */
public final class FuzzTargets {
  private static final Path FILE = file();

  private FuzzTargets() {}

  /** ONNX. */
  public static final class Onnx {
    private Onnx() {}

    public static void fuzzerTestOneInput(byte[] file) throws IOException {
      feed("onnx", file);
    }
  }

  /** SameDiff's FlatBuffers. */
  public static final class Flatbuffers {
    private Flatbuffers() {}

    public static void fuzzerTestOneInput(byte[] file) throws IOException {
      feed("flatbuffers", file);
    }
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("subpixel-fuzz", ".network");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Feeds one file.
   *
   * @param target {@code onnx} or {@code flatbuffers}
   * @return whether it was read
   */
  static boolean feed(String target, byte[] file) throws IOException {
    Files.write(FILE, file);
    try {
      if (target.equals("onnx")) {
        OnnxFile.read(FILE);
      } else {
        NetworkFile.read(FILE);
      }
      return true;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      // Names and texts of the file may stand in it.
      if (message.lines().count() != 1) {
        throw new AssertionError("no line for a user: " + message, e);
      }
      return false;
    }
  }
}

package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.models.ModelCard;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The native memory of a run. ONNX Runtime's profile says after each node how much its arena has
 * given out; the most of it, for each LR pixel, is what one run needs.
 */
final class Footprint {
  /** Bytes for each LR pixel that no network of sense exceeds. */
  static final long GREEDIEST = 16 << 10;

  private static final int SIDE = 64;

  /** The arena grows by powers of two: it may hold twice of what it gives out. */
  private static final double MARGIN = 2;

  private Footprint() {}

  /**
   * No less than what a plain network takes: as wide as it would be if all its work were one 3x3
   * convolution, four such layers alive at once, and 64 values for its ends. To measure it would
   * slow every start.
   */
  static long ofPlain(ModelCard card) {
    return (long) (Float.BYTES * (64 + 4 * Math.sqrt(card.macsPerLrPixel() / 9.0)));
  }

  /**
   * Bytes for each LR pixel of one run, without the buffers of its {@link Tile}.
   *
   * @param onnx the model
   * @param traits what it is like
   * @param options what its session was opened with; changed here
   * @throws IOException if the profile can't be written or read
   */
  static long bytesPerLrPixel(byte[] onnx, ModelTraits traits, OrtSession.SessionOptions options)
      throws OrtException, IOException {
    int multiple = traits.multiple();
    int side = (SIDE + multiple - 1) / multiple * multiple;
    int width = traits.fixedWidth().orElse(side);
    int height = traits.fixedHeight().orElse(side);
    Path folder = Files.createTempDirectory("subpixel");
    try {
      options.enableProfiling(folder.resolve("run").toString());
      String profile;
      try (OrtSession session = OnnxRuntime.environment().createSession(onnx, options);
          Tile tile = new Tile(traits, width * height)) {
        tile.resize(width, height);
        session.run(tile.inputs(), tile.outputs()).close();
        profile = session.endProfiling();
      }
      long most = 0;
      for (JsonNode event : new JsonMapper().readTree(Path.of(profile))) {
        most = Math.max(most, bytes(event.path("args")));
      }
      return (long) Math.ceil(MARGIN * most / ((double) width * height));
    } finally {
      delete(folder);
    }
  }

  /** What the arena has given out or, where none is counted, what the node reads and writes. */
  private static long bytes(JsonNode node) {
    return Math.max(
        node.path("mem_bytes_requested_in_use").asLong(0),
        node.path("activation_size").asLong(0) + node.path("output_size").asLong(0));
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

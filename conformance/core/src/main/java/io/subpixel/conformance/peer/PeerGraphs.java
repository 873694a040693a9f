package io.subpixel.conformance.peer;

import io.subpixel.converter.graph.Opset;
import io.subpixel.pictures.internal.Temporaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Exports third-party graphs and compares them with SameDiff's results. */
public final class PeerGraphs {
  private PeerGraphs() {}

  /**
   * Compares every graph below a folder, one after the other.
   *
   * @param folder of folders with {@code graph.fb}
   * @param tolerance the largest difference, as a share of a tensor's largest magnitude
   * @param observer receives each result at once
   * @throws io.subpixel.pictures.InvalidInputException if there are none
   */
  public static void compare(
      Path folder, Opset opset, double tolerance, Consumer<PeerResult> observer)
      throws IOException {
    Path scratch = Files.createTempDirectory("subpixel-peer");
    Path model = scratch.resolve("model.onnx");
    try {
      for (PeerGraph graph : PeerGraph.list(folder)) {
        observer.accept(graph.compare(opset, tolerance, model));
      }
    } finally {
      Files.deleteIfExists(model);
      Files.deleteIfExists(scratch);
    }
  }

  /**
   * Exports every graph below a folder with Deeplearning4j's own exporter.
   *
   * @param classPath of the exporter and all that it needs
   * @throws io.subpixel.pictures.InvalidInputException if there are no graphs
   */
  public static PeerTally compareExporter(Path folder, String classPath, double tolerance)
      throws IOException {
    Path scratch = Files.createTempDirectory("subpixel-peer");
    PeerTally tally = PeerTally.NONE;
    try (PeerExporter exporter = new PeerExporter(classPath)) {
      for (PeerGraph graph : PeerGraph.list(folder)) {
        tally = graph.compare(exporter, tolerance, scratch.resolve("model.onnx"), tally);
      }
    } finally {
      Temporaries.delete(scratch);
    }
    return tally;
  }
}

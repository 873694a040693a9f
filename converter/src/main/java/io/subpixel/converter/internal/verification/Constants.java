package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxGraph;
import java.util.List;
import java.util.Map;

/**
 * Computes what a graph would compute anew at each run from stored tensors alone, such as weights
 * in another order, by ONNX Runtime.
 */
public final class Constants {
  /** Elements of a result, unless as many are stored for it: 4 MB of float32. */
  private static final long MOST_ELEMENTS = 1 << 20;

  /** What is rearranged in memory at once. */
  private static final long MOST_BYTES = 1L << 29;

  private Constants() {}

  /** Stores the results in the graph; where ONNX Runtime can't compute them, nodes stay. */
  public static void fold(OnnxGraph graph) {
    List<Value> constants =
        graph.constants(MOST_ELEMENTS).stream()
            .filter(value -> OnnxRun.canCarry(value.type()))
            .toList();
    // Native code might crash on what has no room for its windows.
    boolean isDangerous = graph.layout(Map.of()).isDangerous();
    if (constants.isEmpty() || isDangerous || graph.bytesFor(constants) > MOST_BYTES) {
      return;
    }
    try (OnnxRun run = OnnxRun.of(graph.model(constants).toByteArray())) {
      Map<String, Tensor> results = run.run(Map.of());
      for (Value constant : constants) {
        Tensor result = results.get(graph.finalName(constant));
        if (result != null && result.type() == constant.type()) {
          graph.store(constant, result.elements());
        }
      }
    } catch (OnnxRunException e) {
      // What is wrong with it shows when the whole model runs.
    }
  }
}

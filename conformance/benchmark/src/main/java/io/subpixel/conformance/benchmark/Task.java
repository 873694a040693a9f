package io.subpixel.conformance.benchmark;

import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/**
 * What is trained: a network on luma with MSE and Adam, on one drawn batch.
 *
 * @param architecture the network, with the activation that its authors chose
 * @param scale 2, 3 or 4
 * @param batch samples a step, N
 * @param patch side of a sample in LR pixels, P
 */
public record Task(Architecture architecture, int scale, int batch, int patch) {
  static final double LEARNING_RATE = 1e-3;

  private static final long SEED = 1;

  /** The network, the same weights each time. */
  Network build() {
    return Network.build(architecture, scale, Colour.Y, architecture.activation(), SEED);
  }

  /** {@code [N,1,P,P]}. */
  long[] lrShape() {
    return new long[] {batch, 1, patch, patch};
  }

  /** {@code [N,1,sP,sP]}. */
  long[] hrShape() {
    return new long[] {batch, 1, (long) patch * scale, (long) patch * scale};
  }

  /** Waves, another one in each sample, 0..1. */
  float[] hr() {
    int side = patch * scale;
    float[] values = new float[batch * side * side];
    for (int i = 0; i < values.length; i++) {
      int n = i / (side * side);
      double y = i / side % side;
      double x = i % side;
      values[i] = (float) (0.5 + 0.3 * Math.sin(0.3 * x + n) + 0.2 * Math.cos(0.2 * n * x - y));
    }
    return values;
  }

  /** Means of squares of HR, {@code scale} pixels a side. */
  float[] lr() {
    float[] hr = hr();
    float[] values = new float[batch * patch * patch];
    int side = patch * scale;
    for (int i = 0; i < hr.length; i++) {
      int row = i / side / scale;
      values[row * patch + i % side / scale] += hr[i] / (scale * scale);
    }
    return values;
  }

  /** Floating-point operations of a step: 2 for each MAC, once forward and twice backward. */
  double operations(long macsPerLrPixel) {
    return 2.0 * 3 * macsPerLrPixel * batch * patch * patch;
  }

  static Map<String, float[]> weights(SameDiff graph) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        weights.put(variable.name(), variable.getArr().dup('c').data().asFloat());
      }
    }
    return weights;
  }
}

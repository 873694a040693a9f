package io.subpixel.conformance.benchmark;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether Subpixel and PyTorch take the same step from the same weights on the same batch.
 *
 * @param loss Subpixel's before the first step
 * @param pytorchLoss PyTorch's
 * @param lossDifference the largest over all compared steps, relative to PyTorch's loss
 * @param weightDifference difference of the weights after these steps, relative to how far they
 *     have moved (Euclidean norms); null if PyTorch trains other weights
 * @param same whether both differences are within {@link #TOLERANCE}
 */
public record Agreement(
    double loss,
    double pytorchLoss,
    double lossDifference,
    @Nullable Double weightDifference,
    boolean same) {
  /** The largest that either difference may be. */
  public static final double TOLERANCE = 1e-4;

  private static final int STEPS = 3;

  static Agreement of(SubpixelTraining subpixel, PytorchTraining torch) throws IOException {
    // Factors and their product move differently, so the weights diverge after the first step.
    int steps = torch.isCollapsed() ? 1 : STEPS;
    Map<String, float[]> before = subpixel.weights();
    List<Double> ours = subpixel.steps(steps).losses();
    List<Double> theirs = torch.firstStepsLikeNd4j(steps).losses();
    double worst = 0;
    for (int i = 0; i < steps; i++) {
      // Math.max keeps a NaN.
      worst = Math.max(worst, Math.abs(ours.get(i) - theirs.get(i)) / Math.abs(theirs.get(i)));
    }
    Double apart = torch.isCollapsed() ? null : apart(before, subpixel.weights(), torch.weights());
    boolean same = worst <= TOLERANCE && (apart == null || apart <= TOLERANCE);
    return new Agreement(ours.get(0), theirs.get(0), worst, apart, same);
  }

  private static double apart(
      Map<String, float[]> before, Map<String, float[]> ours, Map<String, float[]> theirs) {
    double difference = 0;
    double movement = 0;
    for (Map.Entry<String, float[]> variable : before.entrySet()) {
      float[] start = variable.getValue();
      float[] our = requireNonNull(ours.get(variable.getKey()));
      float[] their = requireNonNull(theirs.get(variable.getKey()));
      for (int i = 0; i < start.length; i++) {
        difference += Math.pow(our[i] - their[i], 2);
        movement += Math.pow(their[i] - start[i], 2);
      }
    }
    return Math.sqrt(difference / movement);
  }
}

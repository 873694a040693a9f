package io.subpixel.trainer.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Three convolutions of 3x3 with ReLU and random weights (He et al., arXiv 1502.01852), the second
 * and third at half the size of the one before. No training, so no licence; always the same, so
 * that losses of different trainings compare.
 */
public final class RandomFeatures {
  private static final long SEED = 2103_10571;
  private static final int KERNEL = 3;
  private static final int[] WIDTHS = {16, 32, 64};

  private final SameDiff sd;
  private final List<SDVariable> weights = new ArrayList<>();

  /** Puts them in a graph. */
  public RandomFeatures(SameDiff sd, int channels) {
    this.sd = sd;
    Random random = new Random(SEED);
    int in = channels;
    for (int out : WIDTHS) {
      float[] values = new float[KERNEL * KERNEL * in * out];
      double deviation = Math.sqrt(2.0 / (KERNEL * KERNEL * in));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
      INDArray weight = Nd4j.createFromArray(values).reshape(KERNEL, KERNEL, in, out);
      weights.add(sd.constant("random_features" + weights.size(), weight));
      in = out;
    }
  }

  /** The mean of magnitudes of what differs, over all three. */
  public SDVariable distance(SDVariable hr, SDVariable sr) {
    SDVariable x = hr;
    SDVariable y = sr;
    List<SDVariable> distances = new ArrayList<>();
    for (SDVariable weight : weights) {
      int stride = distances.isEmpty() ? 1 : 2;
      x = sd.nn().relu(Convolutions.around(sd, x, weight, KERNEL, stride), 0);
      y = sd.nn().relu(Convolutions.around(sd, y, weight, KERNEL, stride), 0);
      distances.add(sd.math().abs(y.sub(x)).mean());
    }
    SDVariable sum = distances.get(0).add(distances.get(1)).add(distances.get(2));
    return sum.div(distances.size());
  }
}

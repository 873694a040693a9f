package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.internal.loss.Artefacts;
import io.subpixel.trainer.internal.loss.Convolutions;
import io.subpixel.trainer.internal.loss.Discriminator;
import io.subpixel.trainer.internal.loss.RandomFeatures;
import io.subpixel.trainer.internal.loss.Similarity;
import io.subpixel.trainer.internal.loss.SqueezeNet;
import io.subpixel.trainer.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Puts a {@link Loss} at the end of a graph. */
final class LossGraph {
  /** Name of the labels' placeholder. */
  static final String HR = "hr";

  /** Name of the placeholder for what the averaged weights make, of a loss with LDL. */
  static final String AVERAGED_SR = "averaged_sr";

  /** Name of the placeholder for what a teacher makes, of a loss with one. */
  static final String TEACHERS_SR = "teachers_sr";

  /** Name of the loss. */
  static final String NAME = "loss";

  /** The side of what the grid is a mean of, at most: it has as many of each subpixel. */
  private static final int GRID_SIDE = 16;

  private final SameDiff sd;
  private final int scale;
  private final long[] shape;
  private final @Nullable SqueezeNet squeezeNet;
  private final SDVariable hr;
  private final SDVariable sr;

  private LossGraph(SameDiff sd, @Nullable SqueezeNet squeezeNet, int scale, long[] shape) {
    this.sd = sd;
    this.scale = scale;
    this.shape = shape;
    this.squeezeNet = squeezeNet;
    hr = sd.placeHolder(HR, DataType.FLOAT, shape);
    sr = sd.getVariable(Network.SR);
  }

  /**
   * Adds labels and loss. Of a loss with several terms, each has a name of its own too, {@link
   * #nameOf}.
   *
   * @param squeezeNet weights for the term that needs them
   * @param scale s
   * @param shape of the labels, {@code [N,C,sH,sW]}
   */
  static void add(
      SameDiff sd, Loss loss, @Nullable SqueezeNet squeezeNet, int scale, long... shape) {
    LossGraph graph = new LossGraph(sd, squeezeNet, scale, shape);
    @Nullable SDVariable sum = null;
    for (Loss.Part part : loss.parts()) {
      SDVariable value = graph.term(part.term());
      if (loss.parts().size() > 1) {
        value.rename(nameOf(part.term()));
      }
      SDVariable weighted = part.weight() == 1 ? value : value.mul(part.weight());
      sum = sum == null ? weighted : sum.add(weighted);
    }
    requireNonNull(sum);
    sum.rename(NAME);
    sd.setLossVariables(NAME);
  }

  /** Name of a term of a loss with several, before its weight. */
  static String nameOf(LossTerm term) {
    return NAME + "_" + term.id();
  }

  /** Each term of a loss with several, by its id: the name that it has in the graph. */
  static Map<String, String> terms(Loss loss) {
    Map<String, String> names = new LinkedHashMap<>();
    if (loss.parts().size() > 1) {
      loss.parts().forEach(part -> names.put(part.term().id(), nameOf(part.term())));
    }
    return names;
  }

  /** The one place that knows all terms. */
  private SDVariable term(LossTerm term) {
    return switch (term) {
      case MSE -> sd.loss().meanSquaredError(hr, sr, null);
      case L1 -> sd.loss().absoluteDifference(hr, sr, null);
      case CHARBONNIER -> charbonnier();
      case SSIM -> new Similarity(sd).ssim(hr, sr, shape);
      case MS_SSIM -> new Similarity(sd).msSsim(hr, sr, shape);
      case LUMA -> luma();
      case GRADIENT -> gradient();
      case GRID -> grid();
      case FFT -> fft();
      case RANDOM_FEATURES -> new RandomFeatures(sd, (int) shape[1]).distance(hr, sr);
      case SQUEEZENET ->
          requireNonNull(squeezeNet).in(sd, (int) shape[1], shape[2], shape[3]).distance(hr, sr);
      case LDL ->
          Artefacts.loss(sd, hr, sr, sd.placeHolder(AVERAGED_SR, DataType.FLOAT, shape), shape);
      case TEACHER ->
          sd.loss()
              .absoluteDifference(sd.placeHolder(TEACHERS_SR, DataType.FLOAT, shape), sr, null);
      case ADVERSARIAL -> Discriminator.in(sd, (int) shape[1], sd::constant).generatorLoss(hr, sr);
    };
  }

  private SDVariable charbonnier() {
    SDVariable difference = sr.sub(hr);
    return sd.math().sqrt(difference.mul(difference).add(1e-6)).mean();
  }

  private SDVariable luma() {
    SDVariable difference = sr.sub(hr);
    if (shape[1] == 3) {
      INDArray weights = Nd4j.createFromArray(0.299f, 0.587f, 0.114f).reshape(1, 1, 3, 1);
      difference = Convolutions.within(sd, difference, sd.constant(weights), 1, 1);
    }
    return sd.math().abs(difference).mean();
  }

  private SDVariable gradient() {
    SDVariable difference = sd.reshape(sr.sub(hr), shape[0] * shape[1], 1, shape[2], shape[3]);
    SDVariable step = sd.constant(Nd4j.createFromArray(-1f, 1f));
    SDVariable across = Convolutions.within(sd, difference, sd.reshape(step, 1, 2, 1, 1), 1, 2);
    SDVariable down = Convolutions.within(sd, difference, sd.reshape(step, 2, 1, 1, 1), 2, 1);
    return sd.math().abs(across).mean().add(sd.math().abs(down).mean());
  }

  /** For each subpixel, the mean of its like in a square less the mean of all. */
  private SDVariable grid() {
    SDVariable difference = sd.reshape(sr.sub(hr), shape[0] * shape[1], 1, shape[2], shape[3]);
    int side = GRID_SIDE / scale * scale;
    int subpixels = scale * scale;
    INDArray patterns = Nd4j.create(DataType.FLOAT, side, side, 1, subpixels);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int own = y % scale * scale + x % scale;
        for (int subpixel = 0; subpixel < subpixels; subpixel++) {
          int weight = subpixel == own ? subpixels - 1 : -1;
          patterns.putScalar(new int[] {y, x, 0, subpixel}, (double) weight / (side * side));
        }
      }
    }
    SDVariable means = Convolutions.within(sd, difference, sd.constant(patterns), side, side, side);
    return sd.math().abs(means).mean();
  }

  private SDVariable fft() {
    long planes = shape[0] * shape[1];
    SDVariable rows = sd.reshape(sr.sub(hr), planes * shape[2], shape[3]);
    SDVariable cosines = turned(rows.mmul(wave(shape[3], true)), planes);
    SDVariable sines = turned(rows.mmul(wave(shape[3], false)), planes);
    SDVariable cos = wave(shape[2], true);
    SDVariable sin = wave(shape[2], false);
    SDVariable real = cosines.mmul(cos).sub(sines.mmul(sin));
    SDVariable imaginary = cosines.mmul(sin).add(sines.mmul(cos));
    return sd.math().abs(real).mean().add(sd.math().abs(imaginary).mean());
  }

  /** Rows {@code [planes H, W]} as columns, {@code [planes W, H]}. */
  private SDVariable turned(SDVariable rows, long planes) {
    SDVariable pictures = sd.reshape(rows, planes, shape[2], shape[3]);
    return sd.reshape(sd.permute(pictures, 0, 2, 1), planes * shape[3], shape[2]);
  }

  /** The cosines or sines of the discrete Fourier transform, {@code [n,n]}, orthonormal. */
  private SDVariable wave(long n, boolean cosine) {
    INDArray table = Nd4j.create(DataType.FLOAT, n, n);
    for (long i = 0; i < n; i++) {
      for (long k = 0; k < n; k++) {
        double angle = 2 * Math.PI * (i * k % n) / n;
        table.putScalar(i, k, (cosine ? Math.cos(angle) : Math.sin(angle)) / Math.sqrt((double) n));
      }
    }
    return sd.constant(table);
  }
}

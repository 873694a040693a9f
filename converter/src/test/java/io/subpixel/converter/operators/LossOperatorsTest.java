package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.ints;
import static io.subpixel.converter.operators.OperatorCase.one;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDLoss;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.loss.SoftmaxCrossEntropyWithLogitsLoss;
import org.nd4j.linalg.api.ops.impl.loss.WeightedCrossEntropyLoss;

final class LossOperatorsTest extends OperatorContract {
  private static final INDArray LABELS = ints(0, 2, 3, 4).castTo(DataType.FLOAT);
  private static final INDArray PREDICTIONS = between(DataType.FLOAT, 0.05, 0.95, 3, 4);

  @FunctionalInterface
  private interface Loss {
    SDVariable of(SDLoss loss, SDVariable l, SDVariable p, SDVariable w, LossReduce reduce);
  }

  @Override
  public Stream<OperatorCase> cases() {
    Map<String, Loss> all = new TreeMap<>();
    all.put("absolute_difference_loss", SDLoss::absoluteDifference);
    all.put("mean_sqerr_loss", SDLoss::meanSquaredError);
    all.put("hinge_loss", SDLoss::hingeLoss);
    all.put("huber_loss", (s, l, p, w, r) -> s.huberLoss(l, p, w, r, 0.4));
    all.put("log_loss", (s, l, p, w, r) -> s.logLoss(l, p, w, r, 1e-3));
    all.put("log_poisson_loss", (s, l, p, w, r) -> s.logPoisson(l, p, w, r, false));
    all.put("sigm_cross_entropy_loss", (s, l, p, w, r) -> s.sigmoidCrossEntropy(l, p, w, r, 0));
    all.put("sigmoid, smooth", (s, l, p, w, r) -> s.sigmoidCrossEntropy(l, p, w, r, 0.2));
    List<OperatorCase> cases = new ArrayList<>();
    for (LossReduce reduce : LossReduce.values()) {
      all.forEach(
          (name, loss) -> {
            cases.add(weighed(name, loss, reduce, OperatorCase.of(DataType.FLOAT, 0.7).reshape()));
            cases.add(weighed(name, loss, reduce, OperatorCase.of(DataType.FLOAT, 0).reshape()));
            cases.add(weighed(name, loss, reduce, weights(3, 1)));
            cases.add(weighed(name, loss, reduce, weights(3, 4)));
            cases.add(weighed(name, loss, reduce, weights(3, 4).castTo(DataType.DOUBLE)));
          });
      Loss pairwise = SDLoss::meanPairwiseSquaredError;
      cases.add(
          weighed(
              "mean_pairwssqerr_loss",
              pairwise,
              reduce,
              OperatorCase.of(DataType.DOUBLE, 0.7).reshape()));
      cases.add(weighed("mean_pairwssqerr_loss", pairwise, reduce, weights(3, 1)).withKnownSizes());
      Loss cosine = (s, l, p, w, r) -> s.cosineDistance(l, p, w, r, 1);
      cases.add(weighed("cosine_distance_loss", cosine, reduce, weights(3, 1)));
      cases.add(
          weighed(
              "cosine_distance_loss",
              cosine,
              reduce,
              OperatorCase.of(DataType.FLOAT, 0.7).reshape()));
      Loss softmax = (s, l, p, w, r) -> s.softmaxCrossEntropy(l, p, w, r, 0);
      Loss smooth = (s, l, p, w, r) -> s.softmaxCrossEntropy(l, p, w, r, 0.2);
      cases.add(weighed("softmax_cross_entropy_loss", softmax, reduce, weights(3, 1)));
      cases.add(
          weighed(
              "softmax, smooth", smooth, reduce, OperatorCase.of(DataType.FLOAT, 0.7).reshape()));
      Loss full = (s, l, p, w, r) -> s.logPoisson(l.add(1), p, w, r, true);
      cases.add(weighed("log_poisson_loss, full", full, reduce, weights(3, 4)));
    }
    cases.add(
        one(
            "sparse_softmax_cross_entropy_loss_with_logits",
            in -> loss(in).sparseSoftmaxCrossEntropy(in.get(0), in.get(1)),
            floats(5, 4),
            OperatorCase.of(DataType.INT32, 0, 1, 3, 2, 0)));
    cases.add(
        one(
            "weighted_cross_entropy_with_logits",
            in ->
                new WeightedCrossEntropyLoss(
                        in.get(0).getSameDiff(), LossReduce.NONE, in.get(0), in.get(1), in.get(2))
                    .outputVariable(),
            LABELS,
            floats(3, 4),
            OperatorCase.of(DataType.FLOAT, 0.7).reshape()));
    for (int axis : new int[] {0, 1}) {
      cases.add(
          one(
              "softmax_cross_entropy_loss_with_logits " + axis,
              in ->
                  new SoftmaxCrossEntropyWithLogitsLoss(
                          in.get(0).getSameDiff(), in.get(0), in.get(1), axis)
                      .outputVariable(),
              floats(3, 4),
              LABELS));
    }
    return cases.stream();
  }

  /** One of them 0. */
  private static INDArray weights(long... sizes) {
    INDArray weights = between(DataType.FLOAT, 0.5, 2, sizes);
    weights.putScalar(0, 0);
    return weights;
  }

  private static OperatorCase weighed(String name, Loss loss, LossReduce reduce, INDArray weights) {
    return one(
        "%s %s, %s".formatted(name, reduce, weights.shapeInfoToString()),
        in -> loss.of(loss(in), in.get(0), in.get(1), in.get(2), reduce),
        LABELS.castTo(weights.dataType()),
        PREDICTIONS.castTo(weights.dataType()),
        weights);
  }

  private static SDLoss loss(List<SDVariable> in) {
    return in.get(0).getSameDiff().loss();
  }
}

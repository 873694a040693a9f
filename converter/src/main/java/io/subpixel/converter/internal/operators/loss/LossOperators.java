package io.subpixel.converter.internal.operators.loss;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Losses. Most take predictions, weights and labels, weigh the loss of each element and reduce it
 * as the first integer argument says: 0 not at all, 1 by its sum, 2 by the sum over that of the
 * weights, 3 by the sum over the number of weights that aren't 0. Where that would divide by 0 the
 * loss is 0.
 */
public final class LossOperators {
  private static final Set<OnnxOperator> WEIGHING =
      EnumSet.of(
          OnnxOperator.REDUCE_SUM,
          OnnxOperator.MUL,
          OnnxOperator.DIV,
          OnnxOperator.EQUAL,
          OnnxOperator.NOT,
          OnnxOperator.WHERE);
  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  private LossOperators() {}

  /** The loss of each element, from predictions and labels. */
  @FunctionalInterface
  private interface Loss {
    Value of(Emission e, Value predictions, Value labels);
  }

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add(
            "absolute_difference_loss",
            weighted((e, p, l) -> e.abs(e.sub(p, l))),
            emits(OnnxOperator.SUB, OnnxOperator.ABS))
        .add(
            "mean_sqerr_loss",
            weighted((e, p, l) -> e.square(e.sub(p, l))),
            emits(OnnxOperator.SUB))
        .add(
            "mean_pairwssqerr_loss",
            weighted(LossOperators::pairwise),
            emits(OnnxOperator.SUB, OnnxOperator.REDUCE_PROD))
        .limits("weights are one or one for each example")
        .add("cosine_distance_loss", weighted(LossOperators::cosine), emits(OnnxOperator.SUB))
        .add(
            "hinge_loss",
            weighted(LossOperators::hinge),
            emits(OnnxOperator.SUB, OnnxOperator.RELU))
        .add(
            "huber_loss",
            weighted(LossOperators::huber),
            emits(OnnxOperator.SUB, OnnxOperator.ABS, OnnxOperator.MIN, OnnxOperator.ADD))
        .add(
            "log_loss",
            weighted(LossOperators::log),
            emits(OnnxOperator.LOG, OnnxOperator.SUB, OnnxOperator.ADD, OnnxOperator.NEG))
        .add(
            "log_poisson_loss",
            weighted(LossOperators::poisson),
            emits(OnnxOperator.EXP, OnnxOperator.LOG, OnnxOperator.SUB, OnnxOperator.ADD))
        .add(
            "sigm_cross_entropy_loss",
            weighted(LossOperators::sigmoid),
            emits(
                OnnxOperator.RELU,
                OnnxOperator.LOG,
                OnnxOperator.EXP,
                OnnxOperator.NEG,
                OnnxOperator.ABS,
                OnnxOperator.SUB,
                OnnxOperator.ADD))
        .add(
            "softmax_cross_entropy_loss",
            weighted(LossOperators::softmax),
            emits(
                OnnxOperator.LOG_SOFTMAX,
                OnnxOperator.NEG,
                OnnxOperator.ADD,
                OnnxOperator.REDUCE_PROD))
        .add(
            "softmax_cross_entropy_loss_with_logits",
            e -> {
              Value logits = e.cast(e.in(0), e.outType());
              e.out(crossEntropy(e, logits, e.in(1), (int) e.node().integer(0, -1), false));
            },
            OnnxOperator.LOG_SOFTMAX,
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.MUL,
            OnnxOperator.NEG)
        .add(
            "sparse_softmax_cross_entropy_loss_with_logits",
            LossOperators::sparse,
            OnnxOperator.LOG_SOFTMAX,
            OnnxOperator.GATHER_ELEMENTS,
            OnnxOperator.NEG)
        .add(
            "weighted_cross_entropy_with_logits",
            LossOperators::weightedCrossEntropy,
            OnnxOperator.RELU,
            OnnxOperator.LOG,
            OnnxOperator.EXP,
            OnnxOperator.NEG,
            OnnxOperator.ABS,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.ADD);
  }

  private static OnnxOperator[] emits(OnnxOperator... more) {
    Set<OnnxOperator> all = EnumSet.copyOf(WEIGHING);
    all.addAll(Arrays.asList(more));
    return all.toArray(OnnxOperator[]::new);
  }

  private static OperatorHandler weighted(Loss loss) {
    return e -> {
      Value predictions = e.cast(e.in(0), e.outType());
      Value weights = e.cast(e.in(1), e.outType());
      Value labels = e.cast(e.in(2), e.outType());
      e.out(reduced(e, loss.of(e, predictions, labels), weights));
    };
  }

  private static Value reduced(Emission e, Value losses, Value given) {
    // The softmax loss keeps its axis, which weights needn't have.
    boolean isShort = given.rank() > 0 && given.rank() < losses.rank();
    Value weights = isShort ? e.unsqueeze(given, given.rank()) : given;
    Value weighed = e.mul(losses, weights);
    long mode = e.node().integer(0, 0);
    if (mode == 0) {
      return weighed;
    }
    Value sum = e.sum(weighed, false);
    if (mode == 1) {
      return sum;
    }
    Value each = e.expand(weights, e.shapeOf(losses));
    Value divisor =
        switch ((int) mode) {
          case 2 -> e.sum(each, false);
          case 3 -> e.sum(e.cast(e.not(isZero(e, each)), e.outType()), false);
          default ->
              throw new UnsupportedNodeException("reduction mode " + mode, "use one of 0 to 3");
        };
    return ratio(e, sum, divisor);
  }

  /** 0 where the divisor is. */
  private static Value ratio(Emission e, Value sum, Value divisor) {
    return e.where(isZero(e, divisor), e.scalar(sum, 0), e.div(sum, divisor));
  }

  private static Value isZero(Emission e, Value x) {
    return e.equal(x, e.scalar(x, 0));
  }

  private static Value oneMinus(Emission e, Value x) {
    return e.sub(e.scalar(x, 1), x);
  }

  /**
   * Of each example, the squares of the differences between all pairs of its errors, over half of
   * the number of pairs: by the errors' sum and that of their squares.
   */
  private static Value pairwise(Emission e, Value predictions, Value labels) {
    Value weights = e.in(1);
    for (int axis = 1; axis < weights.rank(); axis++) {
      if (!weights.dim(axis).isFixed() || weights.dim(axis).size() != 1) {
        throw new UnsupportedNodeException(
            "weights within an example, which SameDiff reads as those of others",
            "give one for each example");
      }
    }
    Value errors = e.sub(predictions, labels);
    int[] axes = IntStream.range(1, errors.rank()).toArray();
    Value count = e.cast(e.count(errors, axes), errors.type());
    Value sum = e.sum(errors, true, axes);
    Value squares = e.mul(e.sum(e.square(errors), true, axes), count);
    Value pairs = e.mul(count, e.sub(count, 1.0));
    return ratio(e, e.mul(e.sub(squares, e.square(sum)), 4.0), pairs);
  }

  private static Value cosine(Emission e, Value predictions, Value labels) {
    int[] axis = {(int) e.node().integer(1, 0)};
    return oneMinus(e, e.sum(e.mul(predictions, labels), true, axis));
  }

  /** Labels are 0 and 1. */
  private static Value hinge(Emission e, Value predictions, Value labels) {
    Value signs = e.sub(e.mul(labels, 2), 1);
    return e.call(OnnxOperator.RELU, oneMinus(e, e.mul(signs, predictions)));
  }

  private static Value huber(Emission e, Value predictions, Value labels) {
    double delta = e.node().real(0, 0);
    Value error = e.abs(e.sub(predictions, labels));
    Value quadratic = e.min(error, delta);
    Value linear = e.mul(e.sub(error, quadratic), delta);
    return e.add(e.mul(e.square(quadratic), 0.5), linear);
  }

  private static Value log(Emission e, Value predictions, Value labels) {
    double epsilon = e.node().real(0, 0);
    Value yes = e.mul(labels, e.log(e.add(predictions, epsilon)));
    Value no = e.mul(oneMinus(e, labels), e.log(e.add(oneMinus(e, predictions), epsilon)));
    return e.neg(e.add(yes, no));
  }

  /** Predictions are logarithms; the full one has Stirling's terms too. */
  private static Value poisson(Emission e, Value predictions, Value labels) {
    Value loss = e.sub(e.exp(predictions), e.mul(labels, predictions));
    if (e.node().integer(1, 0) == 0) {
      return loss;
    }
    Value logarithm = e.log(labels);
    Value stirling = e.sub(e.mul(labels, logarithm), labels);
    Value last = e.mul(e.add(logarithm, LOG_2_PI), 0.5);
    return e.add(loss, e.add(stirling, last));
  }

  /** Smoothed labels are moved towards 1/2. */
  private static Value sigmoid(Emission e, Value predictions, Value labels) {
    double smoothing = e.node().real(0, 0);
    Value smooth = smoothing == 0 ? labels : e.add(e.mul(labels, 1 - smoothing), 0.5 * smoothing);
    Value rectified = e.call(OnnxOperator.RELU, predictions);
    return e.add(
        e.sub(rectified, e.mul(predictions, smooth)), softplusOfMinusMagnitude(e, predictions));
  }

  /** log(1 + e^-|x|). */
  private static Value softplusOfMinusMagnitude(Emission e, Value x) {
    return e.log(e.add(e.exp(e.neg(e.abs(x))), 1));
  }

  /** Smoothed labels are moved towards 1/classes, for which SameDiff takes the second axis. */
  private static Value softmax(Emission e, Value logits, Value labels) {
    double smoothing = e.node().real(0, 0);
    Value smooth = labels;
    if (smoothing != 0) {
      Value classes = e.squeeze(e.sizeOf(labels, 1), 0);
      Value share = e.div(e.scalar(labels, smoothing), e.cast(classes, labels.type()));
      smooth = e.add(e.mul(labels, 1 - smoothing), share);
    }
    return crossEntropy(e, logits, smooth, -1, true);
  }

  private static Value crossEntropy(
      Emission e, Value logits, Value labels, int axis, boolean keep) {
    return e.neg(e.sum(e.mul(logSoftmax(e, logits, axis), labels), keep, axis));
  }

  private static Value logSoftmax(Emission e, Value logits, int axis) {
    return e.call(OnnxOperator.LOG_SOFTMAX, logits, Attribute.whole("axis", logits.axis(axis)));
  }

  /** Labels are the indices of classes, and come first. */
  private static void sparse(Emission e) {
    Value logits = e.cast(e.in(1), e.outType());
    Value labels = e.unsqueeze(e.cast(e.in(0), ElementType.INT64), logits.rank() - 1);
    Value chosen =
        e.call(
            OnnxOperator.GATHER_ELEMENTS,
            List.of(logSoftmax(e, logits, -1), labels),
            Attribute.whole("axis", logits.rank() - 1));
    e.out(e.neg(e.squeeze(chosen, logits.rank() - 1)));
  }

  /** Targets, logits and the weight of what is positive. */
  private static void weightedCrossEntropy(Emission e) {
    Value targets = e.cast(e.in(0), e.outType());
    Value logits = e.cast(e.in(1), e.outType());
    Value weights = e.cast(e.in(2), e.outType());
    Value factor = e.add(e.mul(targets, e.sub(weights, 1)), 1);
    Value negative = e.call(OnnxOperator.RELU, e.neg(logits));
    Value softplus = e.add(softplusOfMinusMagnitude(e, logits), negative);
    e.out(e.add(e.mul(oneMinus(e, targets), logits), e.mul(factor, softplus)));
  }
}

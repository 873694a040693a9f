package io.subpixel.converter.internal.operators.normalization;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What centres and scales along axes. */
public final class NormalizationOperators {
  private NormalizationOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add(
            "batchnorm",
            new BatchNorm(),
            OnnxOperator.BATCH_NORMALIZATION,
            OnnxOperator.SUB,
            OnnxOperator.ADD,
            OnnxOperator.SQRT,
            OnnxOperator.DIV,
            OnnxOperator.MUL)
        .add("fused_batch_norm", NormalizationOperators::fusedBatchNorm, FUSED_BATCH_NORM)
        .limits("no stored mean and variance: they are the batch's")
        .add("standardize", e -> e.out(standardized(e)), standardizing())
        .add("layer_norm", NormalizationOperators::layerNorm, standardizing())
        .add("lrn", NormalizationOperators::lrn, OnnxOperator.LRN)
        .add("softmax", along(OnnxOperator.SOFTMAX), OnnxOperator.SOFTMAX)
        .add("log_softmax", along(OnnxOperator.LOG_SOFTMAX), OnnxOperator.LOG_SOFTMAX);
  }

  private static final double FUSED_EPSILON = 0.001;
  private static final OnnxOperator[] FUSED_BATCH_NORM = {
    OnnxOperator.REDUCE_MEAN,
    OnnxOperator.REDUCE_PROD,
    OnnxOperator.SUB,
    OnnxOperator.ADD,
    OnnxOperator.MUL,
    OnnxOperator.SQRT,
    OnnxOperator.DIV
  };

  private static OnnxOperator[] standardizing() {
    return new OnnxOperator[] {
      OnnxOperator.REDUCE_MEAN,
      OnnxOperator.SUB,
      OnnxOperator.MUL,
      OnnxOperator.SQRT,
      OnnxOperator.DIV,
      OnnxOperator.IS_NAN,
      OnnxOperator.WHERE,
      OnnxOperator.ADD
    };
  }

  /**
   * By the batch's own mean and variance over n, scaled and moved for each channel; the second and
   * third result are the mean and the variance over n - 1. The arguments say whether the channels
   * are axis 1 or the last one, and that there is no stored mean and variance.
   */
  private static void fusedBatchNorm(Emission e) {
    // TensorFlow hands over empty ones where the batch's are meant.
    boolean isStored = e.has(3) && e.stored(3).filter(INDArray::isEmpty).isEmpty();
    if (isStored || e.node().integer(1, 1) == 0) {
      throw new UnsupportedNodeException(
          "a stored mean and variance, which SameDiff doesn't pass on", "use batchNorm");
    }
    Value x = e.in(0);
    int channels = e.node().integer(0, 0) == 0 ? x.rank() - 1 : 1;
    int[] others = IntStream.range(0, x.rank()).filter(axis -> axis != channels).toArray();
    Value mean = e.mean(x, true, others);
    Value centred = e.sub(x, mean);
    Value variance = e.mean(e.square(centred), true, others);
    Value deviation = e.sqrt(e.add(variance, e.node().real(0, FUSED_EPSILON)));
    Value scaled = e.mul(e.div(centred, deviation), alongAxis(e, e.flat(1), x.rank(), channels));
    Value count = e.cast(e.count(x, others), x.type());
    Value unbiased = e.mul(variance, e.div(count, e.sub(count, 1)));
    e.out(
        e.add(scaled, alongAxis(e, e.flat(2), x.rank(), channels)),
        e.reshape(mean, -1),
        e.reshape(unbiased, -1));
  }

  /** Along the last axis if none is told. */
  private static OperatorHandler along(OnnxOperator operator) {
    return e -> {
      Value x = e.cast(e.in(0), e.outType());
      int axis = x.axis((int) e.node().integer(0, -1));
      e.out(e.call(operator, x, Attribute.whole("axis", axis)));
    };
  }

  /**
   * By the standard deviation over n, without an epsilon; what isn't a number, as where all
   * elements are the same, becomes 0.
   */
  private static Value standardized(Emission e) {
    Value x = e.cast(e.in(0), e.outType());
    int[] axes = Arrays.stream(e.node().integers()).mapToInt(axis -> (int) axis).toArray();
    Value centred = e.sub(x, e.mean(x, true, axes));
    Value scaled = e.div(centred, e.sqrt(e.mean(e.square(centred), true, axes)));
    Value isNan = e.call(OnnxOperator.IS_NAN, scaled);
    return e.where(isNan, e.scalar(scaled, 0), scaled);
  }

  /** Standardized, then times gain and plus bias of the channels, the second or last axis. */
  private static void layerNorm(Emission e) {
    Value x = standardized(e);
    int channels = e.node().truth(0, false) ? 1 : x.rank() - 1;
    Value scaled = e.mul(x, alongAxis(e, e.flat(1), x.rank(), channels));
    e.out(e.has(2) ? e.add(scaled, alongAxis(e, e.flat(2), x.rank(), channels)) : scaled);
  }

  /** {@code [C]} as {@code [1,...,C,...,1]}. */
  static Value alongAxis(Emission e, Value vector, int rank, int axis) {
    return e.unsqueeze(vector, IntStream.range(0, rank).filter(i -> i != axis).toArray());
  }

  /**
   * Over the last axis, as far as {@code depth} to both sides. ONNX goes over the second of four
   * axes and divides alpha by the number of elements in the window.
   */
  private static void lrn(Emission e) {
    Node node = e.node();
    Value x = e.in(0);
    long window = 2 * node.integer(0, 0) + 1;
    Value rows = e.reshape(x, e.concat(0, e.vector(-1L), e.sizeOf(x, -1), e.vector(1, 1)));
    Value normalized =
        e.call(
            OnnxOperator.LRN,
            rows,
            Attribute.real("bias", (float) node.real(0, 1)),
            Attribute.real("alpha", (float) (node.real(1, 1) * window)),
            Attribute.real("beta", (float) node.real(2, 0.5)),
            Attribute.whole("size", window));
    e.out(e.reshapeLike(normalized, x));
  }
}

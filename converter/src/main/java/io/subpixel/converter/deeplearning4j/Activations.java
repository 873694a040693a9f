package io.subpixel.converter.deeplearning4j;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.params.PReLUParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDNN;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.PRelu;
import org.nd4j.linalg.api.ops.impl.transforms.custom.ThresholdRelu;

/** Activation functions, of layers and as layers. */
final class Activations {
  /**
   * The axis of a softmax where Deeplearning4j doesn't reshape before: the last, whatever it is.
   */
  static final int LAST = -1;

  /** What is left of an activation once its settings are known. */
  private interface Operation {
    SDVariable apply(SDVariable x, Scope scope);
  }

  /** An activation function of Deeplearning4j, by its class. */
  private record Entry<A extends IActivation>(Class<A> type, Function<A, Operation> function) {
    Operation of(IActivation activation) {
      return function.apply(type.cast(activation));
    }
  }

  private static final Map<Class<?>, Entry<?>> ALL = all();

  private Activations() {}

  private static Map<Class<?>, Entry<?>> all() {
    Map<Class<?>, Entry<?>> all = new HashMap<>();
    add(all, ActivationIdentity.class, a -> (x, scope) -> x);
    add(all, ActivationSigmoid.class, a -> (x, scope) -> nn(scope).sigmoid(x));
    add(all, ActivationTanH.class, a -> (x, scope) -> nn(scope).tanh(x));
    add(all, ActivationSoftPlus.class, a -> (x, scope) -> nn(scope).softplus(x));
    add(all, ActivationSoftSign.class, a -> (x, scope) -> nn(scope).softsign(x));
    add(all, ActivationSELU.class, a -> (x, scope) -> nn(scope).selu(x));
    add(all, ActivationSwish.class, a -> (x, scope) -> nn(scope).swish(x));
    add(all, ActivationReLU6.class, a -> (x, scope) -> nn(scope).relu6(x, 0));
    add(all, ActivationHardTanH.class, a -> (x, scope) -> nn(scope).hardTanh(x));
    add(all, ActivationHardSigmoid.class, a -> (x, scope) -> nn(scope).hardSigmoid(x));
    add(all, ActivationCube.class, a -> (x, scope) -> scope.graph().math().cube(x));
    add(all, ActivationLReLU.class, a -> (x, scope) -> leaky(x, a.getAlpha(), scope));
    add(all, ActivationELU.class, a -> (x, scope) -> elu(x, a.getAlpha(), scope));
    add(all, ActivationReLU.class, a -> (x, scope) -> relu(x, a, scope));
    add(
        all,
        ActivationGELU.class,
        a -> (x, scope) -> a.isPrecise() ? nn(scope).preciseGelu(x) : nn(scope).gelu(x));
    add(all, ActivationMish.class, a -> (x, scope) -> x.mul(nn(scope).tanh(nn(scope).softplus(x))));
    add(
        all,
        ActivationRectifiedTanh.class,
        a -> (x, scope) -> nn(scope).relu(nn(scope).tanh(x), 0));
    add(all, ActivationRationalTanh.class, a -> (x, scope) -> rationalTanh(x, scope));
    // At inference Deeplearning4j takes the mean slope as the least value of a plain ReLU.
    add(
        all,
        ActivationRReLU.class,
        a ->
            (x, scope) ->
                scope.graph().max(x, scope.constant("mean", 0.5 * (a.getL() + a.getU()))));
    add(all, ActivationThresholdedReLU.class, a -> (x, scope) -> above(x, a.getTheta(), scope));
    add(
        all,
        ActivationPReLU.class,
        a -> (x, scope) -> prelu(x, a.getAlpha(), a.getSharedAxes(), scope));
    return Map.copyOf(all);
  }

  private static <A extends IActivation> void add(
      Map<Class<?>, Entry<?>> all, Class<A> type, Function<A, Operation> function) {
    all.put(type, new Entry<>(type, function));
  }

  /**
   * Applies an activation function.
   *
   * @param axis of a softmax, or {@link #LAST}
   * @param activation null if the configuration has none
   * @throws Unsupported if it is none of Deeplearning4j's own
   */
  static Value apply(@Nullable IActivation activation, Value value, int axis, Scope scope) {
    if (activation == null) {
      throw new Unsupported("no activation function", "give it one");
    }
    if (activation instanceof ActivationSoftmax) {
      return value.with(softmax(value.variable(), value.rank(), axis, scope));
    }
    Optional<Definition> own = scope.definition(activation);
    if (own.isPresent()) {
      return value.with(
          own.get().define(activation, scope.graph(), List.of(value.variable()), Map.of()));
    }
    Entry<?> entry = ALL.get(activation.getClass());
    if (entry == null) {
      throw new Unsupported(
          "the activation function " + activation.getClass().getName(),
          "put a Definition of it on the --class-path, or use one of Deeplearning4j's own");
    }
    return value.with(entry.of(activation).apply(value.variable(), scope));
  }

  private static SDNN nn(Scope scope) {
    return scope.graph().nn();
  }

  /** A softmax along one axis. */
  static SDVariable softmax(SDVariable x, int rank, int axis, Scope scope) {
    if (axis == LAST || axis == rank - 1 || rank != 4) {
      return nn(scope).softmax(x, axis);
    }
    // SameDiff's goes wrong along axis 1 of rank 4 where oneDNN computes it.
    SDVariable last = scope.graph().permute(x, 0, 2, 3, 1);
    return scope.graph().permute(nn(scope).softmax(last, LAST), 0, 3, 1, 2);
  }

  private static SDVariable leaky(SDVariable x, double alpha, Scope scope) {
    return nn(scope).leakyRelu(x, alpha);
  }

  private static SDVariable elu(SDVariable x, double alpha, Scope scope) {
    SDVariable one = nn(scope).elu(x);
    // SameDiff's has no alpha: scale all, then give the positive part back what it lost.
    return alpha == 1 ? one : one.mul(alpha).add(nn(scope).relu(x, 0).mul(1 - alpha));
  }

  private static SDVariable relu(SDVariable x, ActivationReLU activation, Scope scope) {
    double threshold = orZero(activation.getThreshold());
    double slope = orZero(activation.getNegativeSlope());
    SDVariable y;
    if (threshold == 0) {
      y = slope == 0 ? nn(scope).relu(x, 0) : leaky(x, slope, scope);
    } else {
      SDVariable below = nn(scope).relu(x.rsub(threshold), 0).mul(-slope);
      SDVariable at = x.gte(threshold).castTo(scope.dataType()).mul(x);
      y = slope == 0 ? at : at.add(below);
    }
    Double max = activation.getMax();
    return max == null ? y : scope.graph().math().min(y, scope.constant("max", max));
  }

  private static double orZero(@Nullable Double number) {
    return number == null ? 0 : number;
  }

  private static SDVariable above(SDVariable x, double threshold, Scope scope) {
    return new ThresholdRelu(scope.graph(), x, threshold).outputVariable();
  }

  /**
   * Approximates 1.7159 tanh(2x/3), see <a href="https://arxiv.org/abs/1508.01292">Xu et al.</a>
   */
  private static SDVariable rationalTanh(SDVariable x, Scope scope) {
    SameDiff graph = scope.graph();
    SDVariable y = graph.math().abs(x.mul(2.0 / 3.0));
    SDVariable squared = y.mul(y);
    SDVariable rest = y.add(1).add(squared).add(squared.mul(squared).mul(1.41645));
    return graph.math().sign(x).mul(rest.rdiv(1).rsub(1)).mul(1.7159);
  }

  private static SDVariable prelu(
      SDVariable x, INDArray alpha, long @Nullable [] shared, Scope scope) {
    int[] axes =
        shared == null ? new int[0] : LongStream.of(shared).mapToInt(Math::toIntExact).toArray();
    SDVariable slopes = scope.weight(PReLUParamInitializer.WEIGHT_KEY, alpha);
    return new PRelu(scope.graph(), x, slopes, axes).outputVariable();
  }

  /** An activation function as a layer. */
  static final class Only implements LayerTranslator<ActivationLayer> {
    @Override
    public Optional<long[]> takes(ActivationLayer layer, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(ActivationLayer layer, Scope scope) {
      return apply(layer.getActivationFn(), scope.input(), LAST, scope);
    }
  }

  /** A leaky ReLU whose slopes were learned. */
  static final class Parametric implements LayerTranslator<PReLULayer> {
    @Override
    public Optional<long[]> takes(PReLULayer layer, Optional<long[]> next) {
      long[] example = layer.getInputShape();
      if (example == null) {
        return next;
      }
      long[] shape = Arrays.copyOf(new long[] {Value.UNKNOWN}, example.length + 1);
      System.arraycopy(example, 0, shape, 1, example.length);
      return Optional.of(shape);
    }

    @Override
    public Value translate(PReLULayer layer, Scope scope) {
      INDArray alpha = scope.parameter(PReLUParamInitializer.WEIGHT_KEY);
      return scope.input().with(prelu(scope.x(), alpha, layer.getSharedAxes(), scope));
    }
  }
}

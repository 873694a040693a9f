package io.subpixel.converter.deeplearning4j;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.GravesBidirectionalLSTMParamInitializer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.params.SimpleRnnParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.LSTMLayer;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Layers that read a sequence, {@code [N,C,T]} or {@code [N,T,C]}. */
final class Recurrent {
  /** What drives a gate shut or open, whatever it reads beside it. */
  private static final double SHUT = -1e6;

  /** Gates that are shut by it: they give 0 far below 0. */
  private static final Set<LSTMActivations> SHUTTABLE =
      Set.of(
          LSTMActivations.SIGMOID,
          LSTMActivations.HARD_SIGMOID,
          LSTMActivations.RELU,
          LSTMActivations.SOFTPLUS);

  private Recurrent() {}

  static boolean isChannelsLast(BaseRecurrentLayer layer) {
    return layer.getRnnDataFormat() == RNNFormat.NWC;
  }

  private static Optional<long[]> sequences(long channels, boolean channelsLast) {
    return Optional.of(Convolutions.images(channels, 1, channelsLast));
  }

  private static Optional<Refusal> checked(@Nullable IActivation... activations) {
    for (IActivation activation : activations) {
      if (activation == null) {
        return Optional.of(new Refusal("no activation function", "give it one"));
      } else if (Function.of(activation).isEmpty()) {
        return Optional.of(
            new Refusal(
                "an LSTM with the activation function " + activation,
                "use tanh, sigmoid, hard sigmoid, identity, relu, leaky relu, elu, thresholded"
                    + " relu, softsign or softplus"));
      }
    }
    return Optional.empty();
  }

  /**
   * An activation function that {@code lstmLayer} and ONNX's recurrent operators have.
   *
   * @param settings what Deeplearning4j lets one choose of it, in the native operator's order
   */
  private record Function(LSTMActivations code, List<Double> settings) {
    private static final Function IDENTITY = new Function(LSTMActivations.AFFINE, 1.0, 0.0);
    private static final Function HARD_SIGMOID = new Function(LSTMActivations.HARD_SIGMOID);

    Function(LSTMActivations code, Double... settings) {
      this(code, List.of(settings));
    }

    static Optional<Function> of(IActivation activation) {
      Class<?> type = activation.getClass();
      if (type == ActivationTanH.class) {
        return Optional.of(new Function(LSTMActivations.TANH));
      } else if (type == ActivationSigmoid.class) {
        return Optional.of(new Function(LSTMActivations.SIGMOID));
      } else if (type == ActivationHardSigmoid.class) {
        return Optional.of(HARD_SIGMOID);
      } else if (type == ActivationIdentity.class) {
        return Optional.of(IDENTITY);
      } else if (type == ActivationSoftSign.class) {
        return Optional.of(new Function(LSTMActivations.SOFTSIGN));
      } else if (type == ActivationSoftPlus.class) {
        return Optional.of(new Function(LSTMActivations.SOFTPLUS));
      } else if (activation instanceof ActivationLReLU leaky) {
        return Optional.of(new Function(LSTMActivations.LEAKY_RELU, leaky.getAlpha()));
      } else if (activation instanceof ActivationELU elu) {
        return Optional.of(new Function(LSTMActivations.ELU, elu.getAlpha()));
      } else if (activation instanceof ActivationThresholdedReLU above) {
        return Optional.of(new Function(LSTMActivations.THRESHHOLD_RELU, above.getTheta()));
      }
      return activation instanceof ActivationReLU relu ? of(relu) : Optional.empty();
    }

    private static Optional<Function> of(ActivationReLU relu) {
      Double slope = relu.getNegativeSlope();
      if (relu.getMax() != null || (relu.getThreshold() != null && relu.getThreshold() != 0)) {
        return Optional.empty();
      }
      return Optional.of(
          slope == null || slope == 0
              ? new Function(LSTMActivations.RELU)
              : new Function(LSTMActivations.LEAKY_RELU, slope));
    }

    static Function required(IActivation activation) {
      return of(activation)
          .orElseThrow(
              () ->
                  new Unsupported("the activation function " + activation, "use tanh or sigmoid"));
    }
  }

  /**
   * {@code lstmLayer} that tells the native operator the settings of its activation functions too,
   * of the gates, the block input and the output.
   */
  private static final class SetLayer extends LSTMLayer {
    private final double[] settings;

    SetLayer(
        SameDiff graph,
        SDVariable x,
        LSTMLayerWeights weights,
        LSTMLayerConfig config,
        double... settings) {
      super(graph, x, null, null, null, weights, config);
      this.settings = settings;
    }

    @Override
    public double[] tArgs() {
      double[] own = super.tArgs();
      // The constructor of the superclass asks before there are any.
      return settings == null ? own : DoubleStream.concat(stream(own), stream(settings)).toArray();
    }

    private static DoubleStream stream(double... numbers) {
      return DoubleStream.of(numbers);
    }
  }

  /**
   * What {@code lstmLayer} is made of. The columns of weights and bias are input gate, forget gate,
   * block input, output gate.
   *
   * @param input {@code [in,4h]}
   * @param recurrent {@code [h,4h]}
   * @param bias {@code [4h]}
   * @param peepholes {@code [3h]} of input, forget and output gate
   */
  private record Coefficients(
      INDArray input, INDArray recurrent, INDArray bias, Optional<INDArray> peepholes) {}

  /**
   * Runs {@code lstmLayer}. A step that the mask leaves out gives zeros and forgets what was before
   * it: another input feature shuts all gates there.
   */
  private static Value run(
      Value given,
      Coefficients coefficients,
      List<Function> gateBlockOutput,
      boolean channelsLast,
      boolean backwards,
      Scope scope) {
    SameDiff graph = scope.graph();
    // [N,C,T] always, as SameDiff's goes wrong for [N,T,C] where oneDNN computes it.
    Value input = channelsLast ? scope.permute(given, 0, 2, 1) : given;
    long size = coefficients.recurrent.size(0);
    INDArray input4h = coefficients.input;
    SDVariable x = input.variable();
    Optional<SDVariable> mask = scope.mask().map(Mask::steps);
    Function gate = gateBlockOutput.get(0);
    if (mask.isPresent()) {
      if (!SHUTTABLE.contains(gate.code)) {
        throw new Unsupported(
            "a mask over gates of " + gate.code, "use sigmoid or hard sigmoid gates");
      }
      INDArray shut = Nd4j.valueArrayOf(new long[] {1, 4 * size}, SHUT, input4h.dataType());
      shut.get(NDArrayIndex.all(), NDArrayIndex.interval(2 * size, 3 * size)).assign(0);
      input4h = Nd4j.concat(0, input4h, shut);
      x = graph.concat(1, x, mask.get().rsub(1));
    }
    LSTMLayerWeights.LSTMLayerWeightsBuilder weights =
        LSTMLayerWeights.builder()
            .weights(scope.weight("W", input4h))
            .rWeights(scope.weight("RW", coefficients.recurrent))
            .bias(scope.weight("b", coefficients.bias));
    coefficients.peepholes.ifPresent(
        peepholes -> weights.peepholeWeights(scope.weight("RW_peepholes", peepholes)));
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(LSTMDataFormat.NST)
            .directionMode(backwards ? LSTMDirectionMode.BWD : LSTMDirectionMode.FWD)
            .gateAct(gate.code)
            // SameDiff hands these two to the native operator in the other's place.
            .outAct(gateBlockOutput.get(1).code)
            .cellAct(gateBlockOutput.get(2).code)
            .retFullSequence(true)
            .build();
    double[] settings =
        gateBlockOutput.stream()
            .flatMap(function -> function.settings.stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    SDVariable sequence =
        new SetLayer(graph, x, weights.build(), config, settings).outputVariables()[0];
    // What is left of a shut gate isn't quite nothing everywhere.
    Value output = input.with(mask.isPresent() ? sequence.mul(mask.get()) : sequence, 1, size);
    return channelsLast ? scope.permute(output, 0, 2, 1) : output;
  }

  /**
   * An LSTM. Deeplearning4j keeps its columns as block input, forget gate, output gate, input gate,
   * then the peepholes of forget, output and input gate.
   */
  private static Value lstm(
      BaseRecurrentLayer layer, IActivation gate, Keys keys, boolean backwards, Scope scope) {
    int size = Math.toIntExact(layer.getNOut());
    INDArray recurrent = scope.parameter(keys.recurrent);
    Optional<INDArray> peepholes =
        recurrent.size(1) > 4L * size
            ? Optional.of(
                Nd4j.concat(
                        0,
                        recurrent.getColumn(4L * size + 2).dup(),
                        recurrent.getColumn(4L * size).dup(),
                        recurrent.getColumn(4L * size + 1).dup())
                    .reshape(3L * size))
            : Optional.empty();
    Coefficients coefficients =
        new Coefficients(
            gates(scope.parameter(keys.input), size),
            gates(recurrent, size),
            gates(row(scope.parameter(keys.bias)), size).reshape(4L * size),
            peepholes);
    Function block = Function.required(layer.getActivationFn());
    return run(
        scope.input(),
        coefficients,
        List.of(Function.required(gate), block, block),
        isChannelsLast(layer),
        backwards,
        scope);
  }

  private static INDArray row(INDArray vector) {
    return vector.reshape(1, vector.length());
  }

  private static INDArray gates(INDArray columns, int size) {
    INDArray[] parts = new INDArray[4];
    for (int i = 0; i < 4; i++) {
      parts[i] =
          columns
              .get(NDArrayIndex.all(), NDArrayIndex.interval((long) i * size, (i + 1L) * size))
              .dup('c');
    }
    return Nd4j.concat(1, parts[3], parts[1], parts[0], parts[2]);
  }

  /** The names of an LSTM's coefficients. */
  private record Keys(String input, String recurrent, String bias) {}

  /** With or without peepholes. */
  static final class Lstm implements LayerTranslator<AbstractLSTM> {
    private static final Keys KEYS =
        new Keys(
            LSTMParamInitializer.INPUT_WEIGHT_KEY,
            LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
            LSTMParamInitializer.BIAS_KEY);

    @Override
    public Optional<long[]> takes(AbstractLSTM layer, Optional<long[]> next) {
      return sequences(layer.getNIn(), isChannelsLast(layer));
    }

    @Override
    public Optional<Refusal> check(AbstractLSTM layer) {
      return checked(layer.getActivationFn(), layer.getGateActivationFn());
    }

    @Override
    public Value translate(AbstractLSTM layer, Scope scope) {
      return lstm(layer, layer.getGateActivationFn(), KEYS, scope.backwards(), scope.forced());
    }
  }

  /** Two with peepholes, whose outputs are added. */
  @SuppressWarnings("deprecation")
  static final class GravesBidirectional implements LayerTranslator<GravesBidirectionalLSTM> {
    private static final Keys FORWARDS =
        new Keys(
            GravesBidirectionalLSTMParamInitializer.INPUT_WEIGHT_KEY_FORWARDS,
            GravesBidirectionalLSTMParamInitializer.RECURRENT_WEIGHT_KEY_FORWARDS,
            GravesBidirectionalLSTMParamInitializer.BIAS_KEY_FORWARDS);
    private static final Keys BACKWARDS =
        new Keys(
            GravesBidirectionalLSTMParamInitializer.INPUT_WEIGHT_KEY_BACKWARDS,
            GravesBidirectionalLSTMParamInitializer.RECURRENT_WEIGHT_KEY_BACKWARDS,
            GravesBidirectionalLSTMParamInitializer.BIAS_KEY_BACKWARDS);

    @Override
    public Optional<long[]> takes(GravesBidirectionalLSTM layer, Optional<long[]> next) {
      return sequences(layer.getNIn(), isChannelsLast(layer));
    }

    @Override
    public Optional<Refusal> check(GravesBidirectionalLSTM layer) {
      return checked(layer.getActivationFn(), layer.getGateActivationFn());
    }

    @Override
    public Value translate(GravesBidirectionalLSTM layer, Scope scope) {
      IActivation gate = layer.getGateActivationFn();
      Value forwards = lstm(layer, gate, FORWARDS, scope.backwards(), scope);
      Value backwards = lstm(layer, gate, BACKWARDS, !scope.backwards(), scope);
      return forwards.with(forwards.variable().add(backwards.variable()));
    }
  }

  /** {@code h = activation(x W + h R + b)}, step by step. */
  static final class Simple implements LayerTranslator<SimpleRnn> {
    private static final double OPEN = 10;

    @Override
    public Optional<long[]> takes(SimpleRnn layer, Optional<long[]> next) {
      return sequences(layer.getNIn(), isChannelsLast(layer));
    }

    @Override
    @SuppressWarnings("NullAway") // Null if the configuration has none.
    public Optional<Refusal> check(SimpleRnn layer) {
      if (layer.getActivationFn() == null) {
        return Optional.of(new Refusal("no activation function", "give it one"));
      }
      return layer.hasLayerNorm()
          ? Optional.of(
              new Refusal(
                  "a simple recurrent layer with layer normalization, which Deeplearning4j can't run"
                      + " either",
                  "use one without, or an LSTM"))
          : Optional.empty();
    }

    @Override
    public Value translate(SimpleRnn layer, Scope scope) {
      Optional<Function> function = Function.of(layer.getActivationFn());
      return function.isPresent() ? gated(layer, function.get(), scope) : looped(layer, scope);
    }

    /**
     * SameDiff has no operator for it but an LSTM whose input and output gates are always open and
     * whose forget gate is always shut; hard sigmoid gives 1 and 0 exactly.
     */
    private static Value gated(SimpleRnn layer, Function function, Scope scope) {
      int size = Math.toIntExact(layer.getNOut());
      INDArray bias = scope.parameter(SimpleRnnParamInitializer.BIAS_KEY);
      INDArray open = Nd4j.valueArrayOf(new long[] {1, size}, OPEN, bias.dataType());
      Coefficients coefficients =
          new Coefficients(
              block(scope.parameter(SimpleRnnParamInitializer.WEIGHT_KEY)),
              block(scope.parameter(SimpleRnnParamInitializer.RECURRENT_WEIGHT_KEY)),
              Nd4j.concat(1, open, open.neg(), row(bias).dup('c'), open).reshape(4L * size),
              Optional.empty());
      return run(
          scope.input(),
          coefficients,
          List.of(Function.HARD_SIGMOID, function, Function.IDENTITY),
          isChannelsLast(layer),
          scope.backwards(),
          scope);
    }

    /** As the block input, between gates that read nothing. */
    private static INDArray block(INDArray weights) {
      INDArray none = Nd4j.zeros(weights.dataType(), weights.shape());
      return Nd4j.concat(1, none, none, weights.dup('c'), none);
    }

    /** Step by step, with an activation function that ONNX's recurrent operators don't have. */
    private static Value looped(SimpleRnn layer, Scope scope) {
      SDVariable weights = scope.weight(SimpleRnnParamInitializer.WEIGHT_KEY);
      SDVariable recurrent = scope.weight(SimpleRnnParamInitializer.RECURRENT_WEIGHT_KEY);
      SDVariable bias = scope.vector(SimpleRnnParamInitializer.BIAS_KEY);
      long size = layer.getNOut();
      return StepLoop.run(
          scope,
          isChannelsLast(layer) ? 1 : 2,
          size,
          (x, previous, hasPrevious) -> {
            SDVariable z = x.mmul(weights).add(bias).add(previous.mmul(recurrent));
            return Activations.apply(
                    layer.getActivationFn(),
                    Value.of(z, scope.input().size(0), size),
                    Activations.LAST,
                    scope)
                .variable();
          });
    }
  }

  /** A dense layer at each step: a convolution whose kernel is one step. */
  static final class Output implements LayerTranslator<RnnOutputLayer> {
    @Override
    public Optional<Mask> mask(RnnOutputLayer layer, Scope scope) {
      return Optional.empty();
    }

    private static boolean isLast(RnnOutputLayer layer) {
      return layer.getRnnDataFormat() == RNNFormat.NWC;
    }

    @Override
    public Optional<long[]> takes(RnnOutputLayer layer, Optional<long[]> next) {
      return sequences(layer.getNIn(), isLast(layer));
    }

    @Override
    public Value translate(RnnOutputLayer layer, Scope scope) {
      Value input = scope.input();
      if (input.rank() != 3) {
        throw new Unsupported("a recurrent output of rank " + input.rank(), "give it a sequence");
      }
      Conv1DConfig config =
          Conv1DConfig.builder()
              .k(1)
              .dataFormat(isLast(layer) ? Conv1DConfig.NWC : Conv1DConfig.NCW)
              .paddingMode(PaddingMode.VALID)
              .build();
      INDArray stored = scope.parameter(DefaultParamInitializer.WEIGHT_KEY);
      SDVariable weights =
          scope.weight(
              DefaultParamInitializer.WEIGHT_KEY,
              stored.dup('c').reshape('c', 1, stored.size(0), stored.size(1)));
      SameDiff graph = scope.graph();
      SDVariable y =
          scope.has(DefaultParamInitializer.BIAS_KEY)
              ? graph
                  .cnn()
                  .conv1d(
                      scope.x(), weights, scope.vector(DefaultParamInitializer.BIAS_KEY), config)
              : graph.cnn().conv1d(scope.x(), weights, config);
      int channels = isLast(layer) ? 2 : 1;
      Value value = input.with(y, channels, layer.getNOut());
      return Activations.apply(layer.getActivationFn(), value, channels, scope);
    }
  }
}

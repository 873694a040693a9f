package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Layers that read a sequence, {@code [N,C,T]} or {@code [N,T,C]}. */
final class Recurrent {
  /** Those that {@code lstmLayer} has without further settings. */
  private static final Map<Class<? extends IActivation>, LSTMActivations> ACTIVATIONS =
      Map.of(
          ActivationTanH.class, LSTMActivations.TANH,
          ActivationReLU.class, LSTMActivations.RELU,
          ActivationSigmoid.class, LSTMActivations.SIGMOID,
          ActivationSoftSign.class, LSTMActivations.SOFTSIGN,
          ActivationSoftPlus.class, LSTMActivations.SOFTPLUS);

  private Recurrent() {}

  static boolean isChannelsLast(BaseRecurrentLayer layer) {
    return layer.getRnnDataFormat() == RNNFormat.NWC;
  }

  private static Optional<long[]> sequences(long channels, boolean channelsLast) {
    return Optional.of(Convolutions.images(channels, 1, channelsLast));
  }

  private static Optional<Refusal> checked(IActivation... activations) {
    for (IActivation activation : activations) {
      if (isSet(activation) || !ACTIVATIONS.containsKey(activation.getClass())) {
        return Optional.of(
            new Refusal(
                "an LSTM with the activation function " + activation,
                "use tanh, sigmoid, relu, softsign or softplus without settings"));
      }
    }
    return Optional.empty();
  }

  private static boolean isSet(IActivation activation) {
    return activation instanceof ActivationReLU relu
        && (relu.getMax() != null
            || relu.getThreshold() != null
            || relu.getNegativeSlope() != null);
  }

  private static LSTMActivations activation(IActivation activation) {
    LSTMActivations found = ACTIVATIONS.get(activation.getClass());
    if (found == null) {
      throw new Unsupported("the activation function " + activation, "use tanh or sigmoid");
    }
    return found;
  }

  /**
   * {@code lstmLayer}. Deeplearning4j keeps its columns as block input, forget gate, output gate,
   * input gate, then the peepholes of forget, output and input gate; SameDiff takes input, forget,
   * block input, output.
   */
  private static Value lstm(
      BaseRecurrentLayer layer, IActivation gate, Keys keys, boolean backwards, Scope scope) {
    boolean channelsLast = isChannelsLast(layer);
    // [N,C,T] always, as SameDiff's goes wrong for [N,T,C] where oneDNN computes it.
    Value input = channelsLast ? scope.permute(scope.input(), 0, 2, 1) : scope.input();
    int size = Math.toIntExact(layer.getNOut());
    INDArray recurrent = scope.parameter(keys.recurrent);
    LSTMLayerWeights.LSTMLayerWeightsBuilder weights =
        LSTMLayerWeights.builder()
            .weights(scope.weight(keys.input, gates(scope.parameter(keys.input), size)))
            .rWeights(scope.weight(keys.recurrent, gates(recurrent, size)))
            .bias(
                scope.weight(
                    keys.bias, gates(row(scope.parameter(keys.bias)), size).reshape(4L * size)));
    if (recurrent.size(1) > 4L * size) {
      INDArray peepholes =
          Nd4j.concat(
              0,
              recurrent.getColumn(4L * size + 2).dup(),
              recurrent.getColumn(4L * size).dup(),
              recurrent.getColumn(4L * size + 1).dup());
      weights.peepholeWeights(
          scope.weight(keys.recurrent + "_peepholes", peepholes.reshape(3L * size)));
    }
    LSTMActivations block = activation(layer.getActivationFn());
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(LSTMDataFormat.NST)
            .directionMode(backwards ? LSTMDirectionMode.BWD : LSTMDirectionMode.FWD)
            .gateAct(activation(gate))
            .cellAct(block)
            .outAct(block)
            .retFullSequence(true)
            .build();
    SDVariable sequence =
        scope.graph().rnn().lstmLayer(input.variable(), weights.build(), config)[0];
    Value output = input.with(sequence, 1, size);
    return channelsLast ? scope.permute(output, 0, 2, 1) : output;
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
      return lstm(layer, layer.getGateActivationFn(), KEYS, scope.backwards(), scope);
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
    @Override
    public Optional<long[]> takes(SimpleRnn layer, Optional<long[]> next) {
      return sequences(layer.getNIn(), isChannelsLast(layer));
    }

    @Override
    public Optional<Refusal> check(SimpleRnn layer) {
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
      Value input = scope.input();
      int time = isChannelsLast(layer) ? 1 : 2;
      long steps = input.size(time);
      if (steps == Value.UNKNOWN) {
        throw new Unsupported(
            "a simple recurrent layer over a time of unknown length, which SameDiff has no"
                + " operator for",
            "give the input's shape with its number of steps, or use an LSTM");
      }
      Cell cell = Cell.of(layer, scope);
      List<SDVariable> outputs = new ArrayList<>();
      for (long i = 0; i < steps; i++) {
        long step = scope.backwards() ? steps - 1 - i : i;
        Value x = scope.at(input, time, step);
        Value h = cell.next(x, outputs.isEmpty() ? null : outputs.get(outputs.size() - 1));
        outputs.add(h.variable());
      }
      if (scope.backwards()) {
        Collections.reverse(outputs);
      }
      SDVariable sequence = scope.graph().stack(time, outputs.toArray(new SDVariable[0]));
      return input.with(sequence, 3 - time, layer.getNOut());
    }

    /** The coefficients, and one step with them. */
    private record Cell(
        SimpleRnn layer, Scope scope, SDVariable weights, SDVariable recurrent, SDVariable bias) {
      static Cell of(SimpleRnn layer, Scope scope) {
        return new Cell(
            layer,
            scope,
            scope.weight(SimpleRnnParamInitializer.WEIGHT_KEY),
            scope.weight(SimpleRnnParamInitializer.RECURRENT_WEIGHT_KEY),
            scope.vector(SimpleRnnParamInitializer.BIAS_KEY));
      }

      Value next(Value x, @Nullable SDVariable previous) {
        SDVariable z = x.variable().mmul(weights).add(bias);
        if (previous != null) {
          z = z.add(previous.mmul(recurrent));
        }
        return Activations.apply(
            layer.getActivationFn(), x.with(z, 1, layer.getNOut()), Activations.LAST, scope);
      }
    }
  }

  /** A dense layer at each step: a convolution whose kernel is one step. */
  static final class Output implements LayerTranslator<RnnOutputLayer> {
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

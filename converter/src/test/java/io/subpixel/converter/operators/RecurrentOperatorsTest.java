package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.GRUCell;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.LSTMBlock;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.LSTMBlockCell;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMConfiguration;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.RnnDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.GRUWeights;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMWeights;
import org.nd4j.linalg.factory.Nd4j;

final class RecurrentOperatorsTest extends OperatorContract {
  private static final int STEPS = 5;
  private static final int BATCH = 2;
  private static final int IN = 3;
  private static final int HIDDEN = 4;

  @Override
  public Stream<OperatorCase> cases() {
    List<OperatorCase> cases = new ArrayList<>();
    for (LSTMDirectionMode direction : LSTMDirectionMode.values()) {
      for (LSTMDataFormat format : LSTMDataFormat.values()) {
        boolean isExtra = direction == LSTMDirectionMode.BIDIR_EXTRA_DIM;
        if (isExtra == (format == LSTMDataFormat.T2NS)) {
          cases.add(lstm(direction, format, false));
          cases.add(lstm(direction, format, true));
        }
      }
    }
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT, DataType.FLOAT16)) {
      cases.addAll(cells(type));
      for (RnnDataFormat format : RnnDataFormat.values()) {
        cases.add(lstmBlock(format, type, format == RnnDataFormat.NST ? 0.1 : 0));
      }
    }
    for (boolean isFull : new boolean[] {true, false}) {
      cases.add(fedLstm(isFull));
    }
    cases.add(fedBothWays());
    return cases.stream();
  }

  /** ONNX Runtime's layers are in float: in double the share is that of float. */
  private static List<OperatorCase> cells(DataType type) {
    double share = type == DataType.FLOAT16 ? 5e-3 : 1e-5;
    return List.of(
        one(
                "gru " + type,
                in ->
                    in.get(0)
                        .getSameDiff()
                        .rnn()
                        .gru(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4)),
                reals(type, STEPS, BATCH, IN),
                reals(type, BATCH, HIDDEN),
                reals(type, IN, 3 * HIDDEN),
                reals(type, HIDDEN, 3 * HIDDEN),
                reals(type, 3 * HIDDEN))
            .withKnownSizes()
            .within(share),
        all(
                "gruCell " + type,
                in ->
                    List.of(
                        new GRUCell(
                                in.get(0).getSameDiff(),
                                in.get(0),
                                in.get(1),
                                GRUWeights.builder()
                                    .ruWeight(in.get(2))
                                    .cWeight(in.get(3))
                                    .ruBias(in.get(4))
                                    .cBias(in.get(5))
                                    .build())
                            .outputVariables()),
                reals(type, BATCH, IN),
                reals(type, BATCH, HIDDEN),
                reals(type, IN + HIDDEN, 2 * HIDDEN),
                reals(type, IN + HIDDEN, HIDDEN),
                reals(type, 2 * HIDDEN),
                reals(type, HIDDEN))
            .within(share),
        all(
                "lstmBlockCell " + type,
                in ->
                    List.of(
                        new LSTMBlockCell(
                                in.get(0).getSameDiff(),
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                weights(in, 3),
                                config(type != DataType.FLOAT, RnnDataFormat.TNS, 0.3))
                            .outputVariables()),
                reals(type, BATCH, IN),
                reals(type, BATCH, HIDDEN),
                reals(type, BATCH, HIDDEN).mul(0.5),
                reals(type, IN + HIDDEN, 4 * HIDDEN),
                reals(type, HIDDEN),
                reals(type, HIDDEN).mul(0.5),
                reals(type, HIDDEN).mul(2),
                reals(type, 4 * HIDDEN))
            .within(share));
  }

  /** SameDiff swaps the number of steps and the input: what is built here is swapped back. */
  private static OperatorCase lstmBlock(RnnDataFormat format, DataType type, double clip) {
    INDArray x =
        switch (format) {
          case TNS -> reals(type, STEPS, BATCH, IN);
          case NTS -> reals(type, BATCH, STEPS, IN);
          case NST -> reals(type, BATCH, IN, STEPS);
        };
    return all(
            "lstmBlock %s %s".formatted(format, type),
            in ->
                List.of(
                    new LSTMBlock(
                            in.get(0).getSameDiff(),
                            in.get(0),
                            in.get(0).getSameDiff().constant(Nd4j.scalar((long) STEPS)),
                            in.get(1),
                            in.get(2),
                            weights(in, 3),
                            config(true, format, clip))
                        .outputVariables()),
            x,
            reals(type, BATCH, HIDDEN),
            reals(type, BATCH, HIDDEN).mul(0.5),
            reals(type, IN + HIDDEN, 4 * HIDDEN),
            reals(type, HIDDEN),
            reals(type, HIDDEN).mul(0.5),
            reals(type, HIDDEN).mul(2),
            reals(type, 4 * HIDDEN))
        .withKnownSizes()
        .within(type == DataType.FLOAT16 ? 5e-3 : 1e-5);
  }

  private static LSTMWeights weights(List<SDVariable> in, int first) {
    return LSTMWeights.builder()
        .inputPeepholeWeights(in.get(first + 1))
        .forgetPeepholeWeights(in.get(first + 2))
        .outputPeepholeWeights(in.get(first + 3))
        .bias(in.get(first + 4))
        .weights(in.get(first))
        .build();
  }

  private static LSTMConfiguration config(boolean peeks, RnnDataFormat format, double clip) {
    return LSTMConfiguration.builder()
        .peepHole(peeks)
        .dataFormat(format)
        .forgetBias(0.7)
        .clippingCellValue(clip)
        .build();
  }

  private static OperatorCase fedBothWays() {
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(LSTMDataFormat.NTS)
            .directionMode(LSTMDirectionMode.BIDIR_CONCAT)
            .gateAct(LSTMActivations.SIGMOID)
            .cellAct(LSTMActivations.SOFTPLUS)
            .outAct(LSTMActivations.SOFTPLUS)
            .retFullSequence(true)
            .build();
    return one(
            "lstmLayer, both ways, softplus, fed in double",
            in ->
                in.get(0)
                    .getSameDiff()
                    .rnn()
                    .lstmLayer(
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        null,
                        LSTMLayerWeights.builder().weights(in.get(3)).rWeights(in.get(4)).build(),
                        config)[0],
            reals(DataType.DOUBLE, BATCH, STEPS, IN),
            reals(DataType.DOUBLE, 2, BATCH, HIDDEN),
            reals(DataType.DOUBLE, 2, BATCH, HIDDEN).mul(0.5),
            reals(DataType.DOUBLE, 2, IN, 4 * HIDDEN),
            reals(DataType.DOUBLE, 2, HIDDEN, 4 * HIDDEN))
        .withKnownSizes();
  }

  /** Everything fed, in double. */
  private static OperatorCase fedLstm(boolean isFull) {
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(LSTMDataFormat.NST)
            .directionMode(LSTMDirectionMode.FWD)
            .gateAct(LSTMActivations.SIGMOID)
            .cellAct(LSTMActivations.TANH)
            .outAct(LSTMActivations.TANH)
            .retFullSequence(true)
            .retLastC(isFull)
            .retLastH(isFull)
            .build();
    return all(
            "lstmLayer, fed in double" + (isFull ? ", everything" : ""),
            in ->
                List.of(
                    in.get(0)
                        .getSameDiff()
                        .rnn()
                        .lstmLayer(
                            in.get(0),
                            in.get(1),
                            in.get(2),
                            null,
                            LSTMLayerWeights.builder()
                                .weights(in.get(3))
                                .rWeights(in.get(4))
                                .bias(in.get(5))
                                .build(),
                            config)),
            reals(DataType.DOUBLE, BATCH, IN, STEPS),
            reals(DataType.DOUBLE, BATCH, HIDDEN),
            reals(DataType.DOUBLE, BATCH, HIDDEN).mul(0.5),
            reals(DataType.DOUBLE, IN, 4 * HIDDEN),
            reals(DataType.DOUBLE, HIDDEN, 4 * HIDDEN),
            reals(DataType.DOUBLE, 4 * HIDDEN))
        .withKnownSizes();
  }

  /** Weights are stored: the hidden size has to be known. */
  private static OperatorCase lstm(
      LSTMDirectionMode direction, LSTMDataFormat format, boolean isFull) {
    boolean isBoth = direction != LSTMDirectionMode.FWD && direction != LSTMDirectionMode.BWD;
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(format)
            .directionMode(direction)
            .gateAct(isFull ? LSTMActivations.HARD_SIGMOID : LSTMActivations.SIGMOID)
            .cellAct(LSTMActivations.TANH)
            .outAct(isFull ? LSTMActivations.SOFTSIGN : LSTMActivations.TANH)
            .retFullSequence(true)
            .retLastC(isFull)
            .retLastH(isFull)
            .build();
    INDArray x =
        switch (format) {
          case TNS, T2NS -> floats(STEPS, BATCH, IN);
          case NTS -> floats(BATCH, STEPS, IN);
          case NST -> floats(BATCH, IN, STEPS);
        };
    return all(
        "lstmLayer %s %s%s".formatted(direction, format, isFull ? ", everything" : ""),
        in -> {
          LSTMLayerWeights.LSTMLayerWeightsBuilder weights =
              LSTMLayerWeights.builder()
                  .weights(constant(in, isBoth, IN, 4 * HIDDEN))
                  .rWeights(constant(in, isBoth, HIDDEN, 4 * HIDDEN));
          if (!isFull) {
            return List.of(
                in.get(0).getSameDiff().rnn().lstmLayer(in.get(0), weights.build(), config));
          }
          weights.bias(constant(in, isBoth, 4 * HIDDEN));
          weights.peepholeWeights(constant(in, isBoth, 3 * HIDDEN));
          return List.of(
              in.get(0)
                  .getSameDiff()
                  .rnn()
                  .lstmLayer(
                      in.get(0),
                      constant(in, isBoth, BATCH, HIDDEN).mul(0.5),
                      constant(in, isBoth, BATCH, HIDDEN),
                      lengths(in, direction),
                      weights.build(),
                      config));
        },
        x);
  }

  /** Backwards alone, SameDiff aligns shorter sequences at the end; that is refused. */
  private static @Nullable SDVariable lengths(List<SDVariable> in, LSTMDirectionMode direction) {
    return direction == LSTMDirectionMode.BWD
        ? null
        : in.get(0).getSameDiff().constant(Nd4j.createFromArray(3f, 5f));
  }

  private static SDVariable constant(List<SDVariable> in, boolean isBoth, long... sizes) {
    long[] all = new long[sizes.length + 1];
    all[0] = 2;
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return in.get(0).getSameDiff().constant(floats(isBoth ? all : sizes));
  }
}

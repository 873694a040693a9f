package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
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
    return cases.stream();
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

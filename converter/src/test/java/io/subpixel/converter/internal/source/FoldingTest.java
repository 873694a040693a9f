package io.subpixel.converter.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.Networks;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** What native code would crash on, or fill the memory with, isn't computed at export. */
final class FoldingTest {
  private static Network select(Function<SameDiff, SDVariable> stored) {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
    x.add("y", stored.apply(sd));
    return Network.select(sd, List.of("x"), List.of("y"));
  }

  private static SDVariable weights(SameDiff sd) {
    return sd.var("w", Networks.values(1, 2, 3));
  }

  @Test
  void whatIsSafeIsComputedInOrder() {
    Network network =
        select(
            sd ->
                sd.gather(
                    sd.nn().relu(weights(sd).permute(1, 0), 0),
                    sd.constant(Nd4j.createFromArray(0, 2)),
                    0));
    assertThat(network.nodes()).hasSize(1);
    assertThat(network.folded()).hasSize(3);
  }

  @Test
  void indicesOutOfRangeAreNotFollowed() {
    assertThat(
            select(
                    sd ->
                        sd.gather(
                            weights(sd), sd.constant(Nd4j.createFromArray(0, 1_000_000_000)), 0))
                .folded())
        .isEmpty();
  }

  @Test
  void whatWouldFillTheMemoryIsNotMade() {
    assertThat(
            select(
                    sd ->
                        sd.fill(
                            sd.constant(Nd4j.createFromArray(100_000, 100_000, 3)),
                            DataType.FLOAT,
                            1))
                .folded())
        .isEmpty();
    assertThat(select(sd -> sd.tile(weights(sd), 1 << 20, 1 << 10)).folded()).isEmpty();
  }

  @Test
  void axesThatAreNotThereAreNotUsed() {
    assertThat(
            select(
                    sd -> {
                      SDVariable permuted = weights(sd).permute(1, 0);
                      argument(sd, permuted, 1, 9);
                      return permuted;
                    })
                .folded())
        .isEmpty();
    assertThat(select(sd -> sd.max(weights(sd), 7)).folded()).isEmpty();
  }

  @Test
  void windowsAreLeftToTheConverter() {
    Pooling2DConfig config =
        Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).dH(1).dW(1).isNHWC(false).build();
    assertThat(
            select(
                    sd -> {
                      SDVariable image = sd.var("image", Networks.values(2, 1, 3, 8, 8));
                      return sd.cnn().maxPooling2d(image, config);
                    })
                .folded())
        .isEmpty();
  }

  @Test
  void aCycleEnds() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable a = sd.math().tanh("a", weights(sd));
    SDVariable b = sd.math().tanh("b", a);
    x.add("y", b);
    sd.getOps().values().stream()
        .filter(op -> op.getOutputsOfOp().contains("a"))
        .forEach(op -> op.setInputsToOp(List.of("b")));
    assertThat(Network.select(sd, List.of("x"), List.of("y")).folded()).isEmpty();
  }

  /** Changes an argument as a file may. */
  private static void argument(SameDiff sd, SDVariable made, int index, long value) {
    DynamicCustomOp op = (DynamicCustomOp) sd.getVariableOutputOp(made.name());
    long[] arguments = op.iArgs();
    arguments[index] = value;
    for (int i = 0; i < arguments.length; i++) {
      op.removeIArgument(0);
    }
    op.addIArgument(arguments);
  }
}

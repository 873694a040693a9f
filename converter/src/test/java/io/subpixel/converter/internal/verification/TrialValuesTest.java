package io.subpixel.converter.internal.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.Networks;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.internal.graph.Layout;
import io.subpixel.converter.internal.source.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Inputs are drawn such that the operators that read them can take them. */
final class TrialValuesTest {
  private static final Layout UNKNOWN =
      new Layout(Map.of(), Optional.empty(), /* isDangerous= */ false, /* isProven= */ true);

  private final SameDiff network = SameDiff.create();

  private double[] drawn(String input, ElementType type, double least, long seed, long... sizes) {
    Network selected = Network.select(network, List.of(), List.of("y"));
    return new TrialValues(selected, Map.of())
        .draw(input, type, sizes, least, seed, UNKNOWN, 0)
        .values();
  }

  @Test
  void segmentsAreSortedFromZeroOn() {
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable ids = network.placeHolder("ids", DataType.INT32, -1);
    network.segmentSum("y", x, ids);

    for (long seed = 0; seed < 20; seed++) {
      double[] segments = drawn("ids", ElementType.INT32, -1, seed, 9);
      assertThat(segments).isSorted().startsWith(0);
      assertThat(segments).containsOnly(0, 1);
    }
  }

  @Test
  void indicesAreWithinTheTable() {
    SDVariable ids = network.placeHolder("ids", DataType.INT32, -1);
    network.gather("y", network.var("table", Networks.values(1, 5, 4)), network.identity(ids), 0);

    double[] indices = drawn("ids", ElementType.INT32, -1, 1, 200);

    assertThat(Arrays.stream(indices).distinct().sorted().toArray()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void masksAreZerosAndOnesAndHideNoWholeRow() {
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 6);
    SDVariable shown = network.placeHolder("shown", DataType.FLOAT, -1, 6);
    x.add("y", shown.rsub(1.0).mul(-1e9));

    for (long seed = 0; seed < 20; seed++) {
      double[] mask = drawn("shown", ElementType.FLOAT, -1, seed, 3, 6);
      assertThat(mask).containsOnly(0, 1);
      for (int row = 0; row < 3; row++) {
        assertThat(Arrays.copyOfRange(mask, 6 * row, 6 * row + 6)).contains(1);
      }
    }
  }

  @Test
  void whatALogarithmReadsIsPositive() {
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1);
    SDVariable other = network.placeHolder("other", DataType.FLOAT, -1);
    network.math().log(network.reshape(x, -1)).add("y", other);

    assertThat(Arrays.stream(drawn("x", ElementType.FLOAT, -1, 1, 500)).min().orElseThrow())
        .isPositive();
    assertThat(Arrays.stream(drawn("other", ElementType.FLOAT, -1, 1, 500)).min().orElseThrow())
        .isNegative();
  }
}

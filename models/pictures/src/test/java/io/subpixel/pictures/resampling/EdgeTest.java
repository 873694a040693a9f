package io.subpixel.pictures.resampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EdgeTest {
  @Test
  void clampRepeatsTheEdge() {
    assertThat(IntStream.range(-3, 6).map(i -> Edge.CLAMP.index(i, 3)))
        .containsExactly(0, 0, 0, 0, 1, 2, 2, 2, 2);
  }

  @Test
  void mirrorRepeatsTheEdgePixelAndGoesBack() {
    assertThat(IntStream.range(-7, 10).map(i -> Edge.MIRROR.index(i, 3)))
        .containsExactly(0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2);
  }

  @Test
  void aSinglePixelStandsForAllBeyondIt() {
    for (Edge edge : Edge.values()) {
      assertThat(IntStream.range(-3, 4).map(i -> edge.index(i, 1))).containsOnly(0);
    }
  }
}

package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTilingTest {
  @Test
  void partsJoinWithoutGapsAndKeepNothingNearACut() {
    for (int side = 1; side < 200; side++) {
      for (int radius : new int[] {0, 1, 5, 15}) {
        for (int multiple : new int[] {1, 2, 4}) {
          for (int parts = 1; parts <= Math.min(side, 9); parts++) {
            int length = AxisTiling.length(side, parts, radius, multiple);
            if (parts > 1 && (length >= side || length < 2 * radius + 2 * multiple)) {
              continue;
            }
            check(AxisTiling.of(side, parts, length, multiple), side, radius, multiple);
          }
        }
      }
    }
  }

  @Test
  void aFixedLengthIsKept() {
    for (int side = 1; side < 300; side++) {
      for (int radius : new int[] {0, 3, 8}) {
        int parts = AxisTiling.parts(side, 32, radius, 1);
        List<AxisTiling.Cut> cuts = AxisTiling.of(side, parts, 32, 1);
        assertThat(cuts).allMatch(cut -> cut.length() == 32);
        check(cuts, side, radius, 1);
      }
    }
  }

  private static void check(List<AxisTiling.Cut> cuts, int side, int radius, int multiple) {
    int kept = 0;
    for (int i = 0; i < cuts.size(); i++) {
      AxisTiling.Cut cut = cuts.get(i);
      String what = cut + " of " + side + ", radius " + radius + ", multiple " + multiple;
      assertThat(cut.keepFrom()).as(what).isEqualTo(kept);
      assertThat(cut.kept()).as(what).isPositive();
      assertThat(cut.from() % multiple).as(what).isZero();
      assertThat(cut.length() % multiple).as(what).isZero();
      assertThat(cut.keepFrom() - cut.from()).as(what).isGreaterThanOrEqualTo(i == 0 ? 0 : radius);
      int beyond = cut.from() + cut.length() - cut.keepTo();
      boolean last = i == cuts.size() - 1;
      assertThat(beyond).as(what).isGreaterThanOrEqualTo(last ? 0 : radius);
      assertThat(cut.from()).as(what).isBetween(0, side - 1);
      kept = cut.keepTo();
    }
    assertThat(kept).isEqualTo(side);
  }
}

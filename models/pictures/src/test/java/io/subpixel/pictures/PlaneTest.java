package io.subpixel.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaneTest {
  private final Plane plane = new Plane(3, 2, new float[] {1, 2, 3, 4, 5, 6});

  @Test
  void goesRowByRow() {
    assertThat(plane.at(2, 0)).isEqualTo(3);
    assertThat(plane.at(0, 1)).isEqualTo(4);
    assertThat(new Plane(4, 3).values()).hasSize(12).containsOnly(0);
  }

  @Test
  void isNoCopyButItsCropsAre() {
    Plane part = plane.crop(1, 0, 2, 2);
    plane.values()[1] = 9;
    assertThat(plane.at(1, 0)).isEqualTo(9);
    assertThat(part.values()).containsExactly(2, 3, 5, 6);
  }

  @ParameterizedTest
  @CsvSource({"-1,0,1,1", "0,-1,1,1", "1,0,3,1", "0,1,1,2", "0,0,-1,1", "2147483647,0,1,1"})
  void aCropOutsideIsRefused(int x, int y, int width, int height) {
    assertThatThrownBy(() -> plane.crop(x, y, width, height))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"2,2", "0,6", "-3,-2", "65536,65536"})
  void aWrongNumberOfValuesIsRefused(int width, int height) {
    assertThatThrownBy(() -> new Plane(width, height, new float[6]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(width + "x" + height)
        .hasMessageContaining("6");
  }

  @ParameterizedTest
  @CsvSource({"0,2", "-1,2", "2,-1", "-1,-1"})
  void sidesOfNothingAreRefused(int width, int height) {
    assertThatThrownBy(() -> new Plane(width, height)).isInstanceOf(IllegalArgumentException.class);
  }
}

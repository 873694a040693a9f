package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingTest {
  private static final PictureLayout LR = new PictureLayout(100, 51, 3, 8);

  @ParameterizedTest
  @CsvSource({
    "2, 2, 1, 200x102, false",
    "1.5, 2, 1, 150x77, true",
    "3, 2, 2, 300x153, true",
    "4, 2, 2, 400x204, false",
    "6, 2, 3, 600x306, true",
    "6, 3, 2, 600x306, true",
    "9, 3, 2, 900x459, false",
    "16, 2, 4, 1600x816, false",
    "1.001, 4, 1, 100x51, true",
  })
  void takesTheFewestPasses(BigDecimal scale, int model, int passes, String size, boolean isReduced)
      throws InvalidInputException {
    Scaling scaling = new TargetSize.Times(scale).of(LR, model, "a.png");
    assertThat(scaling.passes()).isEqualTo(passes);
    assertThat(scaling.sr()).hasToString(size + "x3 of 8 bits");
    assertThat(scaling.isReduced()).isEqualTo(isReduced);
    assertThat(scaling.after(0)).isEqualTo(LR);
    assertThat(scaling.after(1).width()).isEqualTo(100 * model);
  }

  @ParameterizedTest
  @CsvSource({
    "200, 200x102, 2",
    "250, 250x128, 2.5",
    "101, 101x52, 1.01",
    "333, 333x170, 3.33",
    "1600, 1600x816, 16",
  })
  void aWidthLeavesTheProportions(int width, String size, String scale)
      throws InvalidInputException {
    TargetSize target = new TargetSize.Width(width);
    assertThat(target.of(LR, 2, "a.png").sr()).hasToString(size + "x3 of 8 bits");
    assertThat(target.scaleText(LR, 2)).isEqualTo(scale);
  }

  @Test
  void aHeightLeavesTheProportions() throws InvalidInputException {
    TargetSize target = new TargetSize.Height(85);
    assertThat(target.of(LR, 2, "a.png").sr()).hasToString("167x85x3 of 8 bits");
    assertThat(target.scaleText(LR, 2)).isEqualTo("1.667");
    assertThat(new TargetSize.OfModel().scaleText(LR, 3)).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource({"100", "99", "1601", "2147483647"})
  void aPictureMustGrowButNotTooMuch(int width) {
    assertThatThrownBy(() -> new TargetSize.Width(width).of(LR, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "a.png: expected a width below "
                + width
                + ", of which that is at most 16 times, received 100");
  }

  @Test
  void noSideExceedsAnInt() {
    PictureLayout wide = new PictureLayout(1 << 28, 1, 1, 8);
    assertThatThrownBy(() -> new TargetSize.Times(BigDecimal.TEN).of(wide, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("a.png: expected sides of at most 134217727, received 268435456x1");
  }
}

package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    PictureLayout sr = new TargetSize.Times(scale).of(LR, model, "a.png");
    Scaling scaling = Scaling.to(sr, LR, model, "a.png");
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
    assertThat(target.of(LR, 2, "a.png")).hasToString(size + "x3 of 8 bits");
    assertThat(target.scale(LR, 2)).isEqualByComparingTo(scale);
  }

  @Test
  void aHeightLeavesTheProportions() throws InvalidInputException {
    TargetSize target = new TargetSize.Height(85);
    assertThat(target.of(LR, 2, "a.png")).hasToString("167x85x3 of 8 bits");
    assertThat(target.scale(LR, 2).doubleValue()).isEqualTo(85.0 / 51);
    assertThat(TargetSize.ofModel().scale(LR, 3)).isEqualByComparingTo("3");
  }

  @ParameterizedTest
  @CsvSource({
    "300, 300, INSIDE, 300x153, 300x153, 3",
    "900, 102, INSIDE, 200x102, 200x102, 2",
    "300, 300, AT_LEAST, 588x300, 588x300, 5.882",
    "900, 102, AT_LEAST, 900x459, 900x459, 9",
    "300, 300, COVER, 300x300, 588x300, 5.882",
    "300, 300, EXACT, 300x300, 300x300, 5.882",
    "100, 51, EXACT, 100x51, 100x51, 1"
  })
  void aBoxFitsInFourWays(
      int width, int height, TargetSize.Fit fit, String size, String whole, double scale)
      throws InvalidInputException {
    TargetSize target = TargetSize.box(width, height, fit);
    assertThat(target.of(LR, 2, "a.png")).hasToString(size + "x3 of 8 bits");
    assertThat(target.uncropped(LR, 2, "a.png")).hasToString(whole + "x3 of 8 bits");
    assertThat(target.scale(LR, 2).doubleValue()).isCloseTo(scale, within(1e-3));
  }

  @ParameterizedTest
  @CsvSource({
    "99, 300, '7x19 to 99x300 pixels, to become 99x300'",
    "1601, 100, '101x7 to 1601x100 pixels, to become 1601x100'"
  })
  void anExactBoxMustBeNoSmallerAndNotTooLarge(int width, int height, String expected) {
    assertThatThrownBy(() -> TargetSize.box(width, height, TargetSize.Fit.EXACT).of(LR, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a.png: expected " + expected + ", received 100x51");
  }

  @ParameterizedTest
  @CsvSource({"100", "99", "1601", "2147483647"})
  void theTargetMustBeLargerButNotTooLarge(int width) {
    assertThatThrownBy(() -> new TargetSize.Width(width).of(LR, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "a.png: expected a width of at least "
                + (width + 15L) / 16
                + " and below "
                + width
                + ", to become "
                + width
                + ", received 100");
  }

  @Test
  void noSideExceedsAnInt() {
    PictureLayout wide = new PictureLayout(1 << 28, 1, 1, 8);
    assertThatThrownBy(() -> new TargetSize.Times(BigDecimal.TEN).of(wide, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("a.png: expected sides of at most 214748364, received 268435456x1");
  }

  @Test
  void noSideOnTheWayExceedsAnIntEither() {
    PictureLayout wide = new PictureLayout(1 << 27, 1, 1, 8);
    assertThatThrownBy(() -> Scaling.to(wide.withSize(9 << 27, 9), wide, 2, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a.png: expected sides of at most 134217727, received 134217728x1");
  }

  @Test
  void aModelThatDoesNotEnlargeReachesOnlyItsOwnSize() throws InvalidInputException {
    assertThat(Scaling.to(LR, LR, 1, "a.png").passes()).isEqualTo(1);
    assertThatThrownBy(() -> Scaling.to(LR.withSize(200, 102), LR, 1, "a.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a.png: expected a model that enlarges, received one of scale 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5, 16.5, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesScalesOutOfRange(double scale) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TargetSize.times(scale))
        .withMessageStartingWith("scale: expected above 1, at most 16, received ");
  }

  @Test
  void refusesSizesOfNoPixel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TargetSize.width(0))
        .withMessage("width: expected 1 or more, received 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TargetSize.height(-1))
        .withMessage("height: expected 1 or more, received -1");
  }

  /** ImageMagick's {@code convert -resize 240x240} and {@code 240x240^} give the same sizes. */
  @ParameterizedTest
  @CsvSource({"240, 240, 240x122, 471x240", "1000, 153, 300x153, 1000x510"})
  void fitsIntoABoxOrCoversIt(int width, int height, String inside, String outside)
      throws InvalidInputException {
    assertThat(TargetSize.box(width, height, TargetSize.Fit.INSIDE).of(LR, 2, "a.png").toString())
        .startsWith(inside);
    assertThat(TargetSize.box(width, height, TargetSize.Fit.AT_LEAST).of(LR, 2, "a.png").toString())
        .startsWith(outside);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 3", "4, 4", "1.5, 2", "2.5, 3", "3.5, 4", "6, 2", "9, 3", "16, 4"})
  void theModelThatOvershootsLeastIsBest(double scale, int best) {
    assertThat(TargetSize.times(scale).bestModelScale()).isEqualTo(best);
  }
}

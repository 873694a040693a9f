package io.subpixel.pictures.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTest {
  /** By hand from Keys' two polynomials with a = -0.5. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.25, 0.8671875",
    "0.5, 0.5625",
    "0.75, 0.2265625",
    "1, 0",
    "1.25, -0.0703125",
    "1.5, -0.0625",
    "1.75, -0.0234375",
    "2, 0",
    "2.5, 0",
  })
  void cubicIsThatOfKeys(double x, double weight) {
    assertThat(Kernel.CUBIC.at(x)).isCloseTo(weight, within(1e-12));
    assertThat(Kernel.CUBIC.at(-x)).isCloseTo(weight, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.25, 0.75", "1, 0", "1.5, 0"})
  void linearIsATriangle(double x, double weight) {
    assertThat(Kernel.LINEAR.at(x)).isEqualTo(weight);
    assertThat(Kernel.LINEAR.at(-x)).isEqualTo(weight);
  }

  @Test
  void nearestTakesExactlyOneOfTwoPixelsThatAreEquallyNear() {
    assertThat(Kernel.NEAREST.at(0.5) + Kernel.NEAREST.at(-0.5)).isEqualTo(1);
  }

  @Property
  void weightsSumToOneWhereverTheCentreIs(
      @ForAll Kernel kernel, @ForAll @DoubleRange(min = -0.5, max = 0.5) double centre) {
    double sum = 0;
    for (int i = -4; i <= 4; i++) {
      sum += kernel.at(centre - i);
    }
    // A cut sinc's don't, so that the resampler divides by their sum.
    assertThat(sum).isCloseTo(1, within(kernel == Kernel.LANCZOS ? 0.01 : 1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.5, 0.6079271",
    "1, 0",
    "1.5, -0.1350949",
    "2, 0",
    "2.5, 0.0243171",
    "3, 0"
  })
  void lanczosIsASincTimesASinc(double x, double weight) {
    assertThat(Kernel.LANCZOS.at(x)).isCloseTo(weight, within(1e-7));
    assertThat(Kernel.LANCZOS.at(-x)).isCloseTo(weight, within(1e-7));
  }
}

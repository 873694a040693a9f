package io.subpixel.models.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against figures made with scipy 1.17.1; 1.10.1, which filters by one polynomial, gives the same
 * nine decimals:
 *
 * <pre>{@code
 * g = ndimage.gaussian_filter(picture, sigma, mode='nearest', truncate=4)
 * d = signal.decimate(signal.decimate(g, q, ftype='iir', zero_phase=True, axis=0),
 *                     q, ftype='iir', zero_phase=True, axis=1)
 * }</pre>
 *
 * with {@code picture[y, x] = (7 x^2 + 13 y^2 + 5 x y + 31 x + 17 y) % 256} as doubles.
 */
class GaussianDecimateTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-6);

  /** Scale, sides, sigma; the corners, (3, 5) and the middle; the sum of all. */
  @ParameterizedTest
  @CsvSource({
    "2, 48, 40, 1.0, 26.853948579 104.456745799 187.450522339 125.309927539 115.670796827"
        + " 122.819057387, 60253.03171112",
    "3, 48, 45, 0.8, 19.411570145 131.213637419 107.767069307 129.699536141 83.761647095"
        + " 127.361165810, 30325.92169631",
    "4, 60, 64, 2.0, 56.523731260 111.195432827 136.744831440 123.455902680 112.502615731"
        + " 118.865644839, 30000.13083634"
  })
  void equalsScipy(int scale, int width, int height, double sigma, String points, double sum) {
    Grid lr = new GaussianDecimate(sigma).shrunk(picture(width, height), scale);
    int w = width / scale;
    int h = height / scale;
    assertThat(lr.width()).isEqualTo(w);
    assertThat(lr.height()).isEqualTo(h);
    int[] places = {0, w - 1, (h - 1) * w, h * w - 1, 5 * w + 3, h / 2 * w + w / 2};
    double[] expected = numbers(points);
    for (int i = 0; i < places.length; i++) {
      assertThat(lr.values()[places[i]]).isCloseTo(expected[i], CLOSE);
    }
    assertThat(DoubleStream.of(lr.values()).sum()).isCloseTo(sum, CLOSE);
  }

  /** {@code signal.decimate(x, q)} of {@code x[i] = (37 i^2 + 11 i) % 256}, 40 values. */
  @ParameterizedTest
  @CsvSource({
    "2, 0.228042070 117.662766678 154.518544213 137.906897468 101.336218141 154.254634264"
        + " 211.828259873 164.302640468 127.126791803 168.303947744 210.078121814 162.094479562"
        + " 102.637033077 143.232317473 169.617547776 102.843297757 102.927097987 176.605194037"
        + " 153.165334275 116.272195192",
    "3, -0.912137848 152.561902056 125.437576017 128.108488688 203.285346800 139.963336305"
        + " 172.192423882 187.775577999 117.424481572 151.893032321 121.547515754 126.272058961"
        + " 166.076336197 122.472779751",
    "4, -1.228479092 148.794967366 131.459006946 170.235699434 170.468197843 163.384367575"
        + " 156.410755045 119.620219091 137.090572083 148.581094620"
  })
  void aRowIsDecimatedAsByScipy(int step, String expected) {
    assertThat(ZeroPhaseDecimator.of(step).rows(row(40)).values())
        .containsExactly(numbers(expected), CLOSE);
  }

  /** {@code signal.sosfiltfilt(..., padlen=11)[::2]}: scipy refuses so short a row otherwise. */
  @Test
  void aRowTooShortForTheUsualExtensionIsExtendedByAllOfIt() {
    assertThat(ZeroPhaseDecimator.of(2).rows(row(12)).values())
        .containsExactly(
            numbers(
                "-3.244224841 121.904377732 148.087792574 143.642424614 95.209939862"
                    + " 156.072908338"),
            CLOSE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void aConstantStaysAndTheSmallestPictureIsShrunk(int scale) {
    byte[] samples = new byte[scale * scale * 2];
    Arrays.fill(samples, (byte) 201);
    Picture lr = new GaussianDecimate(1).apply(new Picture(2 * scale, scale, 1, samples), scale);
    // The ripple's lowest point, twice 0.05 dB in each axis, is at zero frequency.
    assertThat(lr).hasToString("2x1x1");
    assertThat(lr.at(0, 0, 0)).isEqualTo((int) Math.floor(201 * Math.pow(10, -0.01) + 0.5));
  }

  @Test
  void valuesAreRoundedHalfUpAndClipped() {
    Plane plane = new Plane(36, 28);
    for (int i = 0; i < plane.values().length; i++) {
      plane.values()[i] = i % 36 < 17 ? 0 : 255;
    }
    Picture hr = Picture.ofChannels(plane);
    double[] exact = new GaussianDecimate(0.3).shrunk(Grid.of(plane), 2).values();
    assertThat(DoubleStream.of(exact).min().orElseThrow()).isLessThan(-1);
    Picture lr = new GaussianDecimate(0.3).apply(hr, 2);
    for (int i = 0; i < exact.length; i++) {
      assertThat(lr.samples()[i] & 0xff)
          .isEqualTo((int) Math.min(255, Math.max(0, Math.floor(exact[i] + 0.5))));
    }
  }

  private static Grid picture(int width, int height) {
    double[] values = new double[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] = (7 * x * x + 13 * y * y + 5 * x * y + 31 * x + 17 * y) % 256;
      }
    }
    return new Grid(width, values);
  }

  private static Grid row(int length) {
    double[] values = new double[length];
    Arrays.setAll(values, i -> (37 * i * i + 11 * i) % 256);
    return new Grid(length, values);
  }

  private static double[] numbers(String text) {
    return Stream.of(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }
}

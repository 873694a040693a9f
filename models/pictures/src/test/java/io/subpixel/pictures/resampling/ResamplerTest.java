package io.subpixel.pictures.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.resampling.internal.RowResampler;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {
  /** Away from edges, what Pillow 9.4 makes of a picture of floats ({@code Image.resize}). */
  @ParameterizedTest
  @CsvSource({
    "LINEAR, 17, 13, 8, 6, 126.6720",
    "LINEAR, 17, 13, 9, 5, 116.8768",
    "LINEAR, 50, 40, 24, 19, 162.7125",
    "LINEAR, 50, 40, 27, 22, 171.4375",
    "CUBIC, 17, 13, 8, 6, 126.7509",
    "CUBIC, 17, 13, 9, 5, 118.2001",
    "CUBIC, 50, 40, 24, 19, 169.4941",
    "CUBIC, 50, 40, 27, 22, 185.9062",
    "LANCZOS, 17, 13, 8, 6, 121.8080",
    "LANCZOS, 17, 13, 9, 5, 121.8109",
    "LANCZOS, 50, 40, 24, 19, 169.4023",
    "LANCZOS, 50, 40, 27, 22, 205.9204",
  })
  void kernelsGiveWhatPillowGives(
      Kernel kernel, int width, int height, int x, int y, float expected) {
    Plane plane = new Plane(40, 30);
    for (int i = 0; i < plane.values().length; i++) {
      int column = i % 40;
      int row = i / 40;
      plane.values()[i] = (37 * column * column + 91 * row + 13 * column * row) % 256;
    }
    Plane resized = new Resampler(40, 30, width, height, kernel, Edge.CLAMP).apply(plane);
    assertThat(resized.at(x, y)).isCloseTo(expected, within(2e-3f));
  }

  /** 5 pixels to 2: each covers two and a half of them. */
  @Test
  void areaIsTheMeanOfWhatAPixelCovers() {
    Plane row = new Plane(5, 1, new float[] {10, 20, 40, 80, 160});
    Plane shrunk = new Resampler(5, 1, 2, 1, Kernel.AREA, Edge.CLAMP).apply(row);
    assertThat(shrunk.values()).containsExactly((10 + 20 + 20) / 2.5f, (20 + 80 + 160) / 2.5f);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aConstantPlaneStaysThatConstant(
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 20) int height,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll @IntRange(min = 1, max = 40) int newHeight,
      @ForAll Kernel kernel,
      @ForAll Edge edge,
      @ForAll @FloatRange(min = 0, max = 1) float value) {
    Plane plane = new Plane(width, height);
    Arrays.fill(plane.values(), value);
    Plane resized = new Resampler(width, height, newWidth, newHeight, kernel, edge).apply(plane);
    assertThat(resized.width()).isEqualTo(newWidth);
    assertThat(resized.height()).isEqualTo(newHeight);
    assertThat(resized.values()).containsOnly(new float[] {value}, within(1e-6f));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void theSameSizeChangesNothing(
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll Kernel kernel,
      @ForAll Edge edge) {
    Plane plane = pattern(width, height);
    assertThat(new Resampler(width, height, width, height, kernel, edge).apply(plane).values())
        .containsExactly(plane.values());
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aTransposedPlaneGivesTheTransposedResult(
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 20) int newWidth,
      @ForAll @IntRange(min = 1, max = 20) int newHeight,
      @ForAll Kernel kernel,
      @ForAll Edge edge) {
    Plane plane = pattern(width, height);
    Plane resized = new Resampler(width, height, newWidth, newHeight, kernel, edge).apply(plane);
    Plane other =
        new Resampler(height, width, newHeight, newWidth, kernel, edge).apply(transposed(plane));
    assertThat(transposed(other).values()).containsExactly(resized.values(), within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "CUBIC"})
  void aRampStaysARampAwayFromTheEdges(Kernel kernel) {
    int scale = 3;
    Plane ramp = new Plane(10, 12);
    for (int i = 0; i < 120; i++) {
      ramp.values()[i] = 2 * (i % 10) + 5 * (i / 10);
    }
    Plane large = Resampler.enlarging(10, 12, scale, kernel).apply(ramp);
    for (int y = 2 * scale; y < 10 * scale; y++) {
      for (int x = 2 * scale; x < 8 * scale; x++) {
        double u = (x + 0.5) / scale - 0.5;
        double v = (y + 0.5) / scale - 0.5;
        assertThat(large.at(x, y)).isCloseTo((float) (2 * u + 5 * v), within(1e-4f));
      }
    }
  }

  /** Chroma that says where luma it lies says where it lies among enlarged luma too. */
  @ParameterizedTest
  @CsvSource({
    "82,86,2,2,0,0.5",
    "123,129,2,2,0.5,0.5",
    "82,86,2,1,0,0",
    "164,172,2,2,0,0",
    "82,86,2,2,0.5,1",
    "61,64,2,2,0,0.5",
    "100,129,2,2,0.5,1"
  })
  void chromaStaysWhereItLiesAmongLuma(
      int toWidth, int toHeight, int across, int down, double sitingX, double sitingY) {
    int width = 41;
    int height = 43;
    double scaleX = (double) toWidth / width;
    double scaleY = (double) toHeight / height;
    Plane chroma = new Plane((width + across - 1) / across, (height + down - 1) / down);
    for (int y = 0; y < chroma.height(); y++) {
      for (int x = 0; x < chroma.width(); x++) {
        chroma.values()[y * chroma.width() + x] =
            (float) (across * x + sitingX + 100 * (down * y + sitingY));
      }
    }
    Resampler resampler =
        Resampler.enlargingChroma(width, height, toWidth, toHeight, across, down, sitingX, sitingY);
    Plane large = resampler.apply(chroma);
    assertThat(large.width()).isEqualTo((toWidth + across - 1) / across);
    assertThat(large.height()).isEqualTo((toHeight + down - 1) / down);
    int edge = (int) Math.ceil(3 * Math.max(scaleX, scaleY));
    for (int y = edge; y < large.height() - edge; y++) {
      for (int x = edge; x < large.width() - edge; x++) {
        double lumaX = (across * x + sitingX + 0.5) / scaleX - 0.5;
        double lumaY = (down * y + sitingY + 0.5) / scaleY - 0.5;
        assertThat(large.at(x, y)).isCloseTo((float) (lumaX + 100 * lumaY), within(1e-2f));
      }
    }
    // Row by row it is the same to the last bit, at the edges too.
    RowResampler rows = resampler.byRows(0, large.width());
    float[] row = new float[large.width()];
    int next = 0;
    for (int y = 0; y < large.height(); y++) {
      for (; next <= rows.last(y); next++) {
        rows.put(
            next,
            Arrays.copyOfRange(
                chroma.values(), next * chroma.width(), (next + 1) * chroma.width()));
      }
      rows.get(y, row);
      for (int x = 0; x < row.length; x++) {
        assertThat(row[x]).isEqualTo(large.at(x, y));
      }
    }
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void nearestRepeatsPixels(
      @ForAll @IntRange(min = 1, max = 7) int width,
      @ForAll @IntRange(min = 1, max = 7) int height,
      @ForAll @IntRange(min = 1, max = 8) int scale) {
    Plane plane = pattern(width, height);
    Plane large = Resampler.enlarging(width, height, scale, Kernel.NEAREST).apply(plane);
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        assertThat(large.at(x, y)).isEqualTo(plane.at(x / scale, y / scale));
      }
    }
  }

  /** The weights at distances 0.25, 0.75, 1.25 and 1.75, times 128: 111, 29, -9 and -3. */
  @Test
  void cubicEnlargesByTheWeightsComputedByHand() {
    Plane impulse = new Plane(7, 1, new float[] {0, 0, 0, 128, 0, 0, 0});
    assertThat(Resampler.enlarging(7, 1, 2, Kernel.CUBIC).apply(impulse).crop(2, 0, 10, 1).values())
        .containsExactly(new float[] {0, -3, -9, 29, 111, 111, 29, -9, -3, 0}, within(1e-4f));
  }

  /**
   * Clamped, the first pixel has the weights 111, 29 and -3 of the impulse; mirrored, 111 and 29.
   */
  @Test
  void enlargingClampsTheEdges() {
    Plane impulse = new Plane(4, 1, new float[] {128, 0, 0, 0});
    assertThat(Resampler.enlarging(4, 1, 2, Kernel.CUBIC).apply(impulse).at(0, 0))
        .isCloseTo(137, within(1e-4f));
    Resampler mirroring = new Resampler(4, 1, 8, 2, Kernel.CUBIC, Edge.MIRROR);
    assertThat(mirroring.apply(impulse).at(0, 0)).isCloseTo(140, within(1e-4f));
  }

  /** At half the size the kernel is stretched: weights at (k + 0.5) / 2, halved. */
  @Test
  void cubicShrinksWithTheStretchedKernel() {
    Plane impulse = new Plane(12, 1, new float[] {0, 0, 0, 0, 0, 256, 0, 0, 0, 0, 0, 0});
    Resampler half = new Resampler(12, 1, 6, 1, Kernel.CUBIC, Edge.CLAMP);
    assertThat(half.apply(impulse).values())
        .containsExactly(new float[] {0, -9, 111, 29, -3, 0}, within(1e-4f));
  }

  @Test
  void linearShrinksWithTheStretchedKernel() {
    Plane stripes = new Plane(8, 1, new float[] {0, 8, 0, 8, 0, 8, 0, 8});
    Resampler half = new Resampler(8, 1, 4, 1, Kernel.LINEAR, Edge.MIRROR);
    assertThat(half.apply(stripes).values())
        .containsExactly(new float[] {3, 4, 4, 5}, within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource
  void clampAndMirrorDifferAtTheEdgesOnly(Kernel kernel) {
    Plane plane = pattern(12, 12);
    Plane clamped = new Resampler(12, 12, 24, 24, kernel, Edge.CLAMP).apply(plane);
    Plane mirrored = new Resampler(12, 12, 24, 24, kernel, Edge.MIRROR).apply(plane);
    assertThat(mirrored.crop(4, 4, 16, 16).values())
        .containsExactly(clamped.crop(4, 4, 16, 16).values());
    if (kernel == Kernel.CUBIC) {
      assertThat(mirrored.at(0, 12)).isNotEqualTo(clamped.at(0, 12));
      assertThat(mirrored.at(23, 12)).isNotEqualTo(clamped.at(23, 12));
      assertThat(mirrored.at(12, 0)).isNotEqualTo(clamped.at(12, 0));
      assertThat(mirrored.at(12, 23)).isNotEqualTo(clamped.at(12, 23));
    }
  }

  @Test
  void aRowAndAColumnAreResizedAlongThemselvesAlone() {
    float[] values = {1, 5, 2, 8};
    float[] row =
        Resampler.enlarging(4, 1, 2, Kernel.CUBIC).apply(new Plane(4, 1, values)).values();
    Plane column = Resampler.enlarging(1, 4, 2, Kernel.CUBIC).apply(new Plane(1, 4, values));
    assertThat(Arrays.copyOfRange(row, 0, 8))
        .containsExactly(Arrays.copyOfRange(row, 8, 16), within(1e-5f));
    for (int i = 0; i < 8; i++) {
      assertThat(column.at(0, i)).isCloseTo(row[i], within(1e-5f));
    }
  }

  @Test
  void picturesAreClippedAndRoundedInEveryChannel() {
    Picture edge = new Picture(4, 1, 2, new byte[] {0, (byte) 255, 0, (byte) 255, -1, 0, -1, 0});
    Picture large = Resampler.enlarging(4, 1, 2, Kernel.CUBIC).apply(edge).crop(0, 0, 8, 1);
    // Unclipped: 0, -6.0, -17.9, 51.8 and the like from the other side.
    assertThat(large.channel(0).values()).containsExactly(0, 0, 0, 52, 203, 255, 255, 255);
    assertThat(large.channel(1).values()).containsExactly(255, 255, 255, 203, 52, 0, 0, 0);
  }

  @Test
  void wrongSizesAreRefused() {
    assertThatThrownBy(() -> new Resampler(0, 1, 1, 1, Kernel.CUBIC, Edge.CLAMP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resize: expected sides of at least 1, received 0x1 to 1x1");
    assertThatThrownBy(() -> Resampler.enlarging(2, 2, 0, Kernel.CUBIC))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Resampler.enlarging(2, 3, 2, Kernel.CUBIC).apply(new Plane(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resize: expected a plane of 2x3, received 3x2");
  }

  private static Plane pattern(int width, int height) {
    Plane plane = new Plane(width, height);
    for (int i = 0; i < plane.values().length; i++) {
      plane.values()[i] = (i * 37 + i * i * 11) % 101;
    }
    return plane;
  }

  private static Plane transposed(Plane plane) {
    Plane result = new Plane(plane.height(), plane.width());
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        result.values()[x * plane.height() + y] = plane.at(x, y);
      }
    }
    return result;
  }
}

package io.subpixel.models.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowResamplerTest {
  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void rowsAreThoseOfTheWholeToTheLastBit(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 90) int newWidth,
      @ForAll @IntRange(min = 1, max = 90) int newHeight,
      @ForAll Kernel kernel,
      @ForAll Edge edge,
      @ForAll Random random) {
    check(width, height, newWidth, newHeight, kernel, edge, random);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 7})
  void wholeScalesToo(int scale) {
    for (int side = 1; side < 24; side++) {
      for (Edge edge : Edge.values()) {
        check(side, 9, scale * side, scale * 9, Kernel.CUBIC, edge, new Random(side));
      }
    }
  }

  private static void check(
      int width, int height, int newWidth, int newHeight, Kernel kernel, Edge edge, Random random) {
    Plane plane = new Plane(width, height);
    for (int i = 0; i < plane.values().length; i++) {
      plane.values()[i] = random.nextFloat();
    }
    Resampler resampler = new Resampler(width, height, newWidth, newHeight, kernel, edge);
    Plane whole = resampler.apply(plane);
    int from = random.nextInt(newWidth);
    int to = from + 1 + random.nextInt(newWidth - from);
    RowResampler rows = resampler.byRows(from, to);
    float[] source = new float[rows.sourceWidth()];
    float[] result = new float[to - from];
    int next = 0;
    for (int y = 0; y < newHeight; y++) {
      for (; next <= rows.last(y); next++) {
        System.arraycopy(
            plane.values(), next * width + rows.sourceFrom(), source, 0, source.length);
        rows.put(next, source);
      }
      rows.get(y, result);
      for (int x = from; x < to; x++) {
        assertThat(result[x - from]).isEqualTo(whole.at(x, y));
      }
    }
  }

  private static final class Collected implements RowSink {
    private final Picture picture;
    private int rows;

    Collected(int width, int height, int channels) {
      picture = new Picture(width, height, channels, new byte[width * height * channels]);
    }

    @Override
    public PictureLayout layout() {
      return PictureLayout.of(picture);
    }

    @Override
    public void write(Rows from, int at, int count) {
      from.copyTo(at, Rows.of(picture), rows, count);
      rows += count;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void reducedByAWholeNumberItIsMatlabsPicture(int scale) throws IOException {
    Picture hr = TestCard.draw(36 * scale, 25 * scale, 3);
    Collected reduced = new Collected(36, 25, 3);
    try (ResizingSink sink = new ResizingSink(PictureLayout.of(hr), reduced)) {
      for (int y = 0; y < hr.height(); y += 5) {
        sink.write(Rows.of(hr), y, 5);
      }
    }
    assertThat(reduced.picture).isEqualTo(MatlabBicubic.DOUBLE_MIRROR.downscale(hr, scale));
  }

  @Test
  void anySizeComesOutWhole() throws IOException {
    Picture hr = TestCard.draw(60, 44, 3);
    for (int[] size : new int[][] {{1, 1}, {37, 29}, {60, 44}, {90, 66}, {59, 100}}) {
      Collected resized = new Collected(size[0], size[1], 3);
      new ResizingSink(PictureLayout.of(hr), resized).write(Rows.of(hr), 0, 44);
      assertThat(resized.rows).isEqualTo(size[1]);
      assertThat(resized.picture)
          .isEqualTo(new Resampler(60, 44, size[0], size[1], Kernel.CUBIC, Edge.MIRROR).apply(hr));
    }
  }

  @Test
  void otherSamplesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResizingSink(new PictureLayout(4, 4, 3, 16), new Collected(2, 2, 3)))
        .withMessage("resize: expected the samples of 4x4x3 of 16 bits, received 2x2x3 of 8 bits");
  }
}

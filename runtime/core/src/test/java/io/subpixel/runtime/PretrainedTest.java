package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models that travel with the library, as the runtime runs them. */
class PretrainedTest {
  @Test
  void theDefaultBeatsBicubicOnADrawing() throws IOException {
    try (Upscaler upscaler = Upscaler.builder().open()) {
      assertThat(upscaler.card()).isEqualTo(Pretrained.card(Pretrained.DEFAULT));
      assertThat(gain(upscaler, Pictures.drawn(240, 180), 0)).isGreaterThan(1);
    }
  }

  @Test
  void everyOneBeatsBicubicOnSet5() throws IOException {
    List<Path> pictures = PictureFiles.list(RealData.folder("test/Set5"));
    for (String name : Pretrained.names()) {
      // Encoders lie in another module. conformance measures those models.
      if (Degradation.parse(Pretrained.card(name).degradation()).encodesClips()) {
        continue;
      }
      try (Upscaler upscaler = Upscaler.builder().model(name).open()) {
        double sum = 0;
        for (int i = 0; i < pictures.size(); i++) {
          double gain = gain(upscaler, PictureFiles.read(pictures.get(i)), i);
          // Of pictures that chance has spoilt, some are so sharpened that nothing is to be gained.
          boolean isRandom = Degradation.parse(upscaler.card().degradation()).isRandom();
          assertThat(gain).as(name + " on " + pictures.get(i)).isGreaterThan(isRandom ? -1 : 0.5);
          sum += gain;
        }
        assertThat(sum / pictures.size()).as(name).isGreaterThan(0.5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"drawing-x2, 0", "drawing-x4, 1"})
  void flatAreasOfDrawingsStayAsTheyAre(String name, int levels) throws IOException {
    int side = 24;
    int count = 20;
    Picture colours = Pictures.random(count, count, 3, 5);
    Picture squares = Resampler.enlarging(count, count, side, Kernel.NEAREST).apply(colours);
    try (Upscaler upscaler = Upscaler.builder().model(name).open()) {
      Picture sr = upscaler.upscale(squares);
      int scale = upscaler.card().scale();
      // Only pixels from which the network sees nothing of the squares beside.
      int from = scale * upscaler.card().receptiveRadius();
      int size = scale * side - 2 * from;
      for (int square = 0; square < count * count; square++) {
        int x = scale * side * (square % count) + from;
        int y = scale * side * (square / count) + from;
        byte[] inner = sr.crop(x, y, size, size).samples();
        byte[] colour = colours.crop(square % count, square / count, 1, 1).samples();
        for (int i = 0; i < inner.length; i++) {
          assertThat(inner[i] & 0xff)
              .as("square " + square)
              .isCloseTo(colour[i % 3] & 0xff, within(levels));
        }
      }
    }
  }

  /** By how many dB it is better than bicubic. */
  private static double gain(Upscaler upscaler, Picture picture, long seed) throws IOException {
    int scale = upscaler.card().scale();
    Picture hr = picture.cropToMultiple(scale);
    Picture lr = Degradation.parse(upscaler.card().degradation()).apply(hr, scale, seed);
    Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
    return Metrics.psnr(hr, upscaler.upscale(lr), scale) - Metrics.psnr(hr, bicubic, scale);
  }
}

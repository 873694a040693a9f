package io.subpixel.models.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.RealData;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what MATLAB made of Set5 and Set14, and what the literature reports of it. */
class RealPicturesTest {
  @Test
  void reproducesTheFieldsLrPicturesBitForBit() throws IOException {
    Path lrRoot = RealData.folder("lr-bicubic");
    int compared = 0;
    for (String set : List.of("Set5", "Set14")) {
      for (int scale : new int[] {2, 3, 4}) {
        for (Path hr : PictureFiles.list(RealData.folder("test/" + set))) {
          Path lr = lrRoot.resolve(set).resolve("x" + scale).resolve(hr.getFileName());
          Picture ours =
              MatlabBicubic.UINT8_CLAMP.downscale(
                  PictureFiles.read(hr).cropToMultiple(scale), scale);
          assertThat(Files.exists(lr)).as(lr.toString()).isTrue();
          assertThat(ours).as(lr.toString()).isEqualTo(PictureFiles.read(lr));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(57);
  }

  @ParameterizedTest
  @CsvSource({
    "Set5, 2, 33.66, 0.03", "Set5, 3, 30.39, 0.03", "Set5, 4, 28.42, 0.03",
    "Set14, 2, 30.24, 0.1", "Set14, 3, 27.55, 0.1", "Set14, 4, 26.00, 0.1"
  })
  void bicubicHasThePsnrThatTheLiteratureReports(
      String set, int scale, double reported, double tolerance) throws IOException {
    List<Path> pictures = PictureFiles.list(RealData.folder("test/" + set));
    double sum = 0;
    for (Path file : pictures) {
      Picture hr = PictureFiles.read(file).cropToMultiple(scale);
      Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, scale);
      Picture sr = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
      sum += Metrics.psnr(hr, sr, scale);
    }
    assertThat(sum / pictures.size()).isCloseTo(reported, within(tolerance));
  }
}

package io.subpixel.conformance.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_quality.QualityGMSD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The expected figures come from the papers' formulas in SciPy, which shares no code with ours:
 * scipy.signal.convolve2d, scipy.ndimage.convolve, numpy.cov and numpy.linalg.pinv.
 */
class MeasuresTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().resolve("../..").normalize();
  private static final Path SHARED = ROOT.resolveSibling("shared");
  private static final Path DATA = SHARED.resolve("data/metrics");

  @TempDir private Path folder;

  private static Picture sample() throws IOException {
    return PictureFiles.read(ROOT.resolve("docs/sample.png"));
  }

  /** Each row is a ring that is turned by one pixel, as numpy.roll does it. */
  private static Picture rolled(Picture picture) {
    byte[] samples = new byte[picture.samples().length];
    int row = picture.width() * picture.channels();
    for (int i = 0; i < samples.length; i++) {
      int start = i / row * row;
      samples[start + (i - start + picture.channels()) % row] = picture.samples()[i];
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), samples);
  }

  @Test
  void gmsdIsThatOfTheFormulas() throws IOException {
    Picture sample = sample();
    assertThat(Gmsd.of(sample, sample)).isZero();
    assertThat(Gmsd.of(sample, rolled(sample))).isCloseTo(0.1389789937, within(1e-9));
  }

  /** OpenCV halves in another way, and divides by the count. */
  @Test
  void gmsdIsNearOpenCvs() throws IOException {
    Picture sample = sample();
    double opencv;
    try (Mat a = grey(sample);
        Mat b = grey(rolled(sample));
        Scalar score = QualityGMSD.create(a).compute(b)) {
      opencv = score.get(0);
    }
    assertThat(Gmsd.of(sample, rolled(sample))).isCloseTo(opencv, within(0.02));
  }

  private static Mat grey(Picture picture) {
    double[] values = Grey.of(picture).values();
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(values[i]);
    }
    Mat mat = new Mat(picture.height(), picture.width(), opencv_core.CV_8UC1);
    mat.data().put(bytes);
    return mat;
  }

  @Test
  void niqeIsThatOfTheFormulas() throws IOException {
    assumeTrue(Files.exists(DATA), "the measures' files are absent");
    Niqe niqe = Niqe.load(DATA.resolve("niqe_pris_params.npz"));
    assertThat(niqe.of(sample())).isCloseTo(9.0578547749, within(1e-4));
    Path butterfly = SHARED.resolve("data/test/Set5/butterfly.png");
    assertThat(niqe.of(PictureFiles.read(butterfly))).isCloseTo(5.1548492442, within(1e-4));
    assertThat(niqe.of(sample().crop(0, 0, 150, 150))).isNaN();
  }

  @Test
  void brisqueTellsBlurFromTheOriginal() throws IOException {
    assumeTrue(Files.exists(DATA), "the measures' files are absent");
    Brisque brisque =
        Brisque.load(
            DATA.resolve("brisque_model_live.yml"), DATA.resolve("brisque_range_live.yml"));
    Picture picture = PictureFiles.read(SHARED.resolve("data/test/Set5/butterfly.png"));
    double original = brisque.of(picture);
    assertThat(original).isBetween(0.0, 40.0);
    assertThat(brisque.of(blurred(picture))).isGreaterThan(original + 10);
  }

  /** Means of 5x5. */
  private static Picture blurred(Picture picture) {
    int channels = picture.channels();
    int row = picture.width() * channels;
    byte[] samples = picture.samples();
    byte[] blurred = samples.clone();
    for (int i = 2 * row + 2 * channels; i < samples.length - 2 * row - 2 * channels; i++) {
      int sum = 0;
      for (int k = 0; k < 25; k++) {
        sum += samples[i + (k / 5 - 2) * row + (k % 5 - 2) * channels] & 0xff;
      }
      blurred[i] = (byte) (sum / 25);
    }
    return new Picture(picture.width(), picture.height(), channels, blurred);
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("niqe_pris_params.npz"), "something else");
    assertThatThrownBy(() -> Measures.load(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected an array mu_pris_param of 36 doubles, received none");
    Files.delete(file);
    assertThatThrownBy(() -> Measures.load(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected a file of NIQE's statistics, received none");
  }
}

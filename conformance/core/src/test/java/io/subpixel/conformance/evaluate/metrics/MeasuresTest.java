package io.subpixel.conformance.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.abort;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The expected figures come from programs that share no code with ours: the papers' formulas in
 * SciPy (scipy.signal.convolve2d, scipy.ndimage.convolve, numpy.cov, numpy.linalg.pinv), FSIM's
 * authors' FeatureSIM.m in GNU Octave 7.3, BasicSR's niqe.py, OpenCV 4.6 of Debian.
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

  /** Of niqe.py itself, on values of 64 bits and with NumPy in the place of PyTorch. */
  @ParameterizedTest
  @CsvSource({
    "butterfly, ORIGINAL, 5.15484924",
    "butterfly, BLURRED, 9.59930259",
    "woman, ROLLED, 4.24989094",
    "comic, ORIGINAL, 4.13883811",
    "man, BLURRED, 6.30128950",
    "sample, POSTERIZED, 17.01685473",
    "sample, ORIGINAL, 9.05785477",
  })
  void niqeIsThatOfBasicSr(String name, Change change, double expected) throws IOException {
    Niqe niqe = Niqe.load(real(DATA.resolve("niqe_pris_params.npz")));
    assertThat(niqe.of(change.of(picture(name)))).isCloseTo(expected, within(1e-4));
  }

  /** MATLAB's is 5.72957338; BasicSR computes with 32 bits, which flat parts of pictures feel. */
  @Test
  void niqeIsNearWhatBasicSrPublished() throws IOException {
    Niqe niqe = Niqe.load(real(DATA.resolve("niqe_pris_params.npz")));
    assertThat(niqe.of(picture("baboon"))).isCloseTo(5.7295763, within(5e-4));
  }

  /** Another release of the same module, as Debian builds it. */
  @ParameterizedTest
  @CsvSource({
    "baboon, ORIGINAL, 29.223116",
    "butterfly, ORIGINAL, 11.747794",
    "man, ORIGINAL, 9.061603",
    "sample, ORIGINAL, 16.414457",
    "woman, ORIGINAL, 5.221671",
    "butterfly, BLURRED, 50.674118",
    "man, BLURRED, 51.077694",
    "sample, BLURRED, 26.323738",
    "woman, BLURRED, 54.400665",
    "butterfly, ROLLED, 13.525616",
  })
  void brisqueIsThatOfDebiansOpenCv(String name, Change change, double expected)
      throws IOException {
    Brisque brisque =
        Brisque.load(
            real(DATA.resolve("brisque_model_live.yml")), DATA.resolve("brisque_range_live.yml"));
    assertThat(brisque.of(change.of(picture(name)))).isCloseTo(expected, within(2e-3));
  }

  @ParameterizedTest
  @CsvSource({
    "sample, ROLLED, 0.8066655630, 0.8034932277",
    "sample, BLURRED, 0.7161495013, 0.7135081149",
    "sample, POSTERIZED, 0.9826687362, 0.9814533310",
    "butterfly, ROLLED, 0.8336280174, 0.8329410431",
    "butterfly, BLURRED, 0.7770831557, 0.7766336019",
    "butterfly, POSTERIZED, 0.9731486155, 0.9719503175",
    "woman, ROLLED, 0.8826969200, 0.8825262122",
    "woman, BLURRED, 0.8690237951, 0.8689491051",
    "woman, POSTERIZED, 0.9712495897, 0.9701173428",
    "comic, ROLLED, 0.8018897510, 0.7989701728",
    "comic, BLURRED, 0.7464003119, 0.7443942262",
    "comic, POSTERIZED, 0.9834951524, 0.9818842640",
    "monarch, ROLLED, 0.9470475966, 0.9467958913",
    "monarch, BLURRED, 0.9526634262, 0.9524828448",
    "monarch, POSTERIZED, 0.9832625754, 0.9828728544",
    "man, ROLLED, 0.9197115754, 0.9197115754",
    "man, BLURRED, 0.9271812970, 0.9271812970",
    "man, POSTERIZED, 0.9865614863, 0.9865614863",
  })
  void fsimIsThatOfItsAuthors(String name, Change change, double luma, double colour)
      throws IOException {
    Picture picture = picture(name);
    Fsim fsim = Fsim.of(picture, change.of(picture));
    assertThat(fsim.luma()).isCloseTo(luma, within(1e-6));
    assertThat(fsim.colour()).isCloseTo(colour, within(1e-6));
  }

  @Test
  void fsimOfTheSameIsOne() throws IOException {
    Fsim same = Fsim.of(sample(), sample());
    assertThat(same.luma()).isCloseTo(1, within(1e-12));
    assertThat(same.colour()).isCloseTo(1, within(1e-12));
    Picture flat = new Picture(40, 31, 1, new byte[40 * 31]);
    assertThat(Fsim.of(flat, flat).luma()).isNaN();
  }

  /** In 64 bits by NumPy, which reads the file by itself; widths and heights are odd and even. */
  @ParameterizedTest
  @CsvSource({
    "sample, ROLLED, 0.42780930",
    "sample, BLURRED, 1.33129295",
    "sample, POSTERIZED, 0.27457317",
    "woman, ROLLED, 0.26014233",
    "woman, BLURRED, 1.13916321",
    "woman, POSTERIZED, 0.52447427",
    "comic, ROLLED, 0.52393522",
    "comic, BLURRED, 1.82954815",
    "comic, POSTERIZED, 0.13892332",
    "monarch, ROLLED, 0.24357005",
    "monarch, BLURRED, 1.18421415",
    "monarch, POSTERIZED, 1.12844118",
  })
  void lpipsIsThatOfNumPy(String name, Change change, double expected) throws IOException {
    Lpips lpips = Lpips.load(real(DATA.resolve("compressed_SqueezeNet.net")));
    Picture picture = picture(name);
    assertThat(lpips.of(picture, change.of(picture))).isCloseTo(expected, withPercentage(0.01));
    assertThat(lpips.of(picture, picture)).isZero();
    assertThat(lpips.of(picture.crop(0, 0, 31, 90), picture.crop(0, 0, 31, 90))).isNaN();
  }

  private static Path real(Path file) {
    assumeTrue(Files.exists(file), "the measures' files are absent");
    return file;
  }

  private static Picture picture(String name) throws IOException {
    if (name.equals("sample")) {
      return sample();
    }
    for (String set : new String[] {"Set5", "Set14"}) {
      Path file = SHARED.resolve("data/test").resolve(set).resolve(name + ".png");
      if (Files.exists(file)) {
        return PictureFiles.read(file);
      }
    }
    return abort("the photographs are absent");
  }

  /** What is done to a picture. */
  enum Change {
    ORIGINAL,
    ROLLED,
    BLURRED,
    /** Sixteen values of each sample. */
    POSTERIZED;

    Picture of(Picture picture) {
      return switch (this) {
        case ORIGINAL -> picture;
        case ROLLED -> rolled(picture);
        case BLURRED -> blurred(picture);
        case POSTERIZED -> posterized(picture);
      };
    }
  }

  private static Picture posterized(Picture picture) {
    byte[] samples = picture.samples().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] &= (byte) 0xf0;
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), samples);
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
    assertThatThrownBy(() -> Niqe.load(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected an array mu_pris_param of 36 doubles, received none");
    Files.delete(file);
    assertThatThrownBy(() -> Niqe.load(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected a file of NIQE's statistics, received none");
    assertThatThrownBy(() -> Measures.load(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder
                + ": expected compressed_SqueezeNet.net, niqe_pris_params.npz or"
                + " brisque_model_live.yml, received none of them");
  }

  @Test
  void aMeasureWithoutItsFileIsLeftOut() throws IOException {
    Path file = real(DATA.resolve("niqe_pris_params.npz"));
    Files.copy(file, folder.resolve("niqe_pris_params.npz"));
    Quality quality = Measures.load(folder).of(sample(), sample(), 2);
    assertThat(quality.niqe()).isPositive();
    assertThat(quality.lpips()).isNull();
    assertThat(quality.brisque()).isNull();
  }
}

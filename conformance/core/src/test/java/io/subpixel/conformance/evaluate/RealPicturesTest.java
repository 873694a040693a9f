package io.subpixel.conformance.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped models on the usual test sets, if those are present. */
class RealPicturesTest {
  static Stream<Arguments> modelsAndSets() {
    return Pretrained.names().stream()
        .flatMap(name -> Stream.of("Set5", "Set14").map(set -> Arguments.of(name, set)));
  }

  @ParameterizedTest
  @MethodSource("modelsAndSets")
  void everyShippedModelReachesWhatItsCardSays(String name, String set) throws IOException {
    PictureScore mean = measure(name, set);
    // Where pictures are spoilt, there is less to gain.
    boolean isRandom = Degradation.parse(Pretrained.card(name).degradation()).isRandom();
    // Photographs aren't what the model for drawings is for, but it mustn't spoil them.
    double least = name.startsWith("drawing") ? 0 : isRandom ? 0.5 : 1;
    assertThat(mean.psnr()).isGreaterThan(mean.bicubicPsnr() + least);
    assertThat(Pretrained.card(name).scores())
        .filteredOn(score -> score.data().equals(set))
        .singleElement()
        .satisfies(
            score -> {
              assertThat(score.psnr()).isCloseTo(mean.psnr(), Offset.offset(0.001));
              assertThat(score.ssim()).isCloseTo(mean.ssim(), Offset.offset(0.00002));
              assertThat(score.bicubicPsnr()).isCloseTo(mean.bicubicPsnr(), Offset.offset(0.001));
            });
  }

  @Test
  void everyPictureOfSet5IsBetterThanBicubic() throws IOException {
    try (Upscaler upscaler = Upscaler.builder().open()) {
      for (Path picture : PictureFiles.list(folder("Set5"))) {
        PictureScore score = Evaluation.score(picture, degradation(upscaler), 0, upscaler);
        assertThat(score.psnr()).as(score.picture()).isGreaterThan(score.bicubicPsnr() + 0.5);
        assertThat(score.ssim()).as(score.picture()).isGreaterThan(score.bicubicSsim());
      }
    }
  }

  private static PictureScore measure(String model, String set) throws IOException {
    List<PictureScore> scores = new ArrayList<>();
    try (Upscaler upscaler = Upscaler.builder().model(model).open()) {
      for (Path picture : PictureFiles.list(folder(set))) {
        scores.add(Evaluation.score(picture, degradation(upscaler), scores.size(), upscaler));
      }
    }
    return Evaluation.mean(scores);
  }

  private static Degradation degradation(Upscaler upscaler) throws IOException {
    return Degradation.parse(upscaler.card().degradation());
  }

  private static Path folder(String set) {
    Path folder = Path.of(System.getProperty("subpixel.data", ""), "test", set);
    assumeTrue(Files.isDirectory(folder), () -> "no " + folder);
    return folder;
  }
}

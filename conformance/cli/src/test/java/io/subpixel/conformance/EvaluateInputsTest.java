package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --inputs}: existing LR pictures. */
class EvaluateInputsTest {
  private static final String MODEL = "sesr-tiny-x2";

  @TempDir private Path folder;
  private final Commands commands = new Commands();
  private Path hr;
  private Path lr;

  @BeforeEach
  void drawPictures() throws IOException {
    hr = folder.resolve("hr");
    lr = folder.resolve("lr");
    for (int i = 0; i < 3; i++) {
      Picture picture = TestCard.draw(97, 80, i);
      PictureFiles.write(hr.resolve("picture" + i + ".png"), picture);
      Picture small = Degradation.DEFAULT.apply(picture.cropToMultiple(2), 2, 0);
      PictureFiles.write(lr.resolve("picture" + i + ".bmp"), small);
    }
  }

  @Test
  void theFiguresAreThoseOfTheSameLrPicturesMadeOfHr() {
    String made = evaluate("--degradation", "bicubic-uint8-clamp");
    String given = evaluate("--inputs", lr);
    assertThat(given).isEqualTo(made).contains("picture2.png").contains("mean");
    assertThat(commands.err()).isEmpty();
  }

  @Test
  void measuresOfDifferentKindsStandTogether() {
    String table = evaluate("--inputs", lr);
    assertThat(table).doesNotContain("LPIPS", "NIQE");
    List<String> lines = table.lines().toList();
    assertThat(lines).hasSize(8).allMatch(line -> line.length() <= 120 && !line.endsWith(" "));
    for (int i = 0; i < lines.size(); i += 2) {
      assertThat(lines.get(i)).contains("PSNR", "SSIM");
      assertThat(lines.get(i + 1)).contains("GMSD", "FSIM");
    }
  }

  @Test
  void measuresWithFilesAreAddedToThem() {
    Path files = Path.of("../../../shared/data/metrics").toAbsolutePath().normalize();
    assumeTrue(Files.exists(files), "the measures' files are absent");
    List<String> lines = evaluate("--inputs", lr, "--metrics-data", files).lines().toList();
    assertThat(lines).hasSize(8).allMatch(line -> line.length() <= 120);
    assertThat(lines.get(7)).contains("GMSD", "FSIM", "LPIPS", "NIQE", "BRISQUE");
  }

  @Test
  void hrPicturesWithoutLrOnesAreLeftOutAndSaid() throws IOException {
    Files.delete(lr.resolve("picture1.bmp"));
    assertThat(evaluate("--inputs", lr)).doesNotContain("picture1").contains("picture2");
    assertThat(commands.err().strip())
        .endsWith(
            hr
                + ": 1 of 3 HR pictures have no LR picture in "
                + lr
                + " and are left out: picture1.png")
        .hasLineCount(1);
  }

  @Test
  void oneLrPictureWillDo() {
    assertThat(evaluate("--inputs", lr.resolve("picture1.bmp")))
        .contains("picture1.png")
        .doesNotContain("picture2.png");
  }

  @Test
  void anLrPictureWithoutItsHrPictureIsRefused() throws IOException {
    Files.move(hr.resolve("picture1.png"), hr.resolve("other.png"));
    assertThat(run("--inputs", lr)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err().strip())
        .endsWith(
            lr.resolve("picture1.bmp")
                + ": expected an HR picture called picture1 in --data, received none")
        .hasLineCount(1);
  }

  @Test
  void anLrPictureOfAnotherSizeIsRefused() throws IOException {
    PictureFiles.write(lr.resolve("picture1.bmp"), TestCard.draw(48, 41, 1));
    assertThat(run("--inputs", lr)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err().strip())
        .endsWith(
            lr.resolve("picture1.bmp")
                + ": expected 48x40, an x2 LR picture of "
                + hr.resolve("picture1.png")
                + ", received 48x41")
        .hasLineCount(1);
  }

  @Test
  void aDegradationBesideItIsWrongUsage() {
    assertThat(run("--inputs", lr, "--degradation", "photo")).isEqualTo(ExitStatus.USAGE);
    assertThat(commands.err())
        .contains("--degradation: expected nothing beside --inputs, received photo");
  }

  private String evaluate(Object... more) {
    assertThat(run(more)).as(commands.err()).isZero();
    return commands.out();
  }

  private int run(Object... more) {
    List<Object> all = new ArrayList<>(List.of("evaluate", "--model", MODEL, "--data", hr));
    all.addAll(List.of(more));
    return commands.run(new ConformanceCommand(), all.toArray());
  }
}

package io.subpixel.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DegradeCommandTest {
  @TempDir private Path folder;
  private Path hr;
  private Path out;
  private StringWriter told = new StringWriter();

  @BeforeEach
  void drawPictures() throws IOException {
    hr = folder.resolve("hr");
    out = folder.resolve("out");
    PictureFiles.write(hr.resolve("a.png"), TestCard.draw(61, 40, 1));
    PictureFiles.write(hr.resolve("deeper/b.bmp"), TestCard.draw(60, 44, 2));
  }

  @Test
  void eachPictureBecomesAnLrPictureOfItsName() throws IOException {
    assertThat(degrade(hr, "-o", out, "--degradation", "bicubic-uint8-clamp", "--scale", 4))
        .isZero();
    assertThat(PictureFiles.read(out.resolve("a.png")))
        .isEqualTo(Degradation.DEFAULT.apply(TestCard.draw(61, 40, 1).cropToMultiple(4), 4, 0));
    assertThat(PictureFiles.read(out.resolve("b.png"))).hasToString("15x11x3");
  }

  @Test
  void aPictureGetsTheSameLrPictureWhateverElseIsDegraded() throws IOException {
    assertThat(degrade(hr, "-o", out, "--degradation", "photo")).isZero();
    Picture among = PictureFiles.read(out.resolve("b.png"));
    Path alone = folder.resolve("alone.png");
    Path b = hr.resolve("deeper/b.bmp");
    assertThat(degrade(b, "-o", alone, "--degradation", "photo")).isZero();
    assertThat(PictureFiles.read(alone)).isEqualTo(among);
    assertThat(degrade(b, "-o", alone, "--degradation", "photo", "--seed", 2)).isZero();
    assertThat(PictureFiles.read(alone)).isNotEqualTo(among);
  }

  @Test
  void aSheetHasARowForEachPicture() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    assertThat(degrade(hr, "-o", sheet, "--sheet", "--degradation", "photo-strong")).isZero();
    Picture drawn = PictureFiles.read(sheet);
    assertThat(drawn).hasToString(7 * 198 + 6 + "x" + (2 * 198 + 6) + "x3");
    // The first detail is the original's own.
    assertThat(drawn.crop(6, 6, 60, 40)).isEqualTo(TestCard.draw(61, 40, 1).crop(0, 0, 60, 40));
    assertThat(drawn.crop(204, 6, 60, 40)).isNotEqualTo(drawn.crop(402, 6, 60, 40));
  }

  @Test
  void aBrokenPictureIsOneLineAndTheOthersAreWritten() throws IOException {
    Files.write(hr.resolve("broken.png"), new byte[100]);
    assertThat(degrade(hr, "-o", out, "--degradation", "photo")).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString()).contains("broken.png: expected an image").hasLineCount(1);
    assertThat(out.resolve("a.png")).exists();
    assertThat(out.resolve("b.png")).exists();
  }

  @Test
  void twoPicturesOfOneNameAreRefusedBeforeAnythingIsWritten() throws IOException {
    PictureFiles.write(hr.resolve("deeper/a.bmp"), TestCard.draw(60, 44, 2));
    assertThat(degrade(hr, "-o", out, "--degradation", "photo")).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString()).contains("expected images with different names, received");
    assertThat(out).doesNotExist();
  }

  @Test
  void hrPicturesAreNeverReplaced() throws IOException {
    Path a = hr.resolve("a.png");
    byte[] before = Files.readAllBytes(a);
    Path link = Files.createSymbolicLink(folder.resolve("link"), hr);
    for (Path target : new Path[] {hr, link}) {
      assertThat(degrade(hr, "-o", target, "--degradation", "photo")).isEqualTo(ExitStatus.USAGE);
      assertThat(told.toString())
          .contains("--out: expected a place where no HR image would be overwritten");
    }
    assertThat(degrade(a, "-o", a, "--degradation", "photo")).isEqualTo(ExitStatus.USAGE);
    assertThat(degrade(hr, "-o", a, "--sheet", "--degradation", "photo"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(a).hasBinaryContent(before);
  }

  @Test
  void shardsHoldTheLrPicturesOfTheSameCommand() throws IOException {
    assertThat(degrade(hr, "-o", out, "--degradation", "photo", "--seed", 3)).isZero();
    Path shards = folder.resolve("shards");
    Object[] command = {hr, "-o", shards, "--degradation", "photo", "--seed", 3, "--shards"};
    assertThat(degrade(command)).as(told.toString()).isZero();
    Shard shard = Shard.open(shards.resolve("shard-000000.tar"));
    assertThat(shard.header().pairing()).isEqualTo(new Pairing(Degradation.parse("photo"), 2, 3));
    assertThat(shard.pairs().stream().map(Shard.Pair::name))
        .containsExactly("a.png", "deeper/b.bmp");
    assertThat(shard.pairs().get(0).hr()).isEqualTo(TestCard.draw(61, 40, 1).cropToMultiple(2));
    assertThat(shard.pairs().get(0).lr()).isEqualTo(PictureFiles.read(out.resolve("a.png")));
    assertThat(shard.pairs().get(1).lr()).isEqualTo(PictureFiles.read(out.resolve("b.png")));
  }

  @Test
  void aRerunWritesTheShardsThatAreMissing() throws IOException {
    Object[] command = {hr, "-o", out, "--degradation", "photo", "--shards", "--shard-size", 1};
    assertThat(degrade(command)).isZero();
    Path first = out.resolve("shard-000000.tar");
    Path second = out.resolve("shard-000001.tar");
    byte[] before = Files.readAllBytes(second);
    Files.delete(second);
    FileTime written = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(first, written);
    assertThat(degrade(command)).isZero();
    assertThat(second).hasBinaryContent(before);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
  }

  @Test
  void shardsOfOtherRunsAreRefused() throws IOException {
    assertThat(degrade(hr, "-o", out, "--degradation", "photo", "--shards")).isZero();
    assertThat(degrade(hr, "-o", out, "--degradation", "clip", "--shards"))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString())
        .contains("shard-000000.tar: expected no shard, or one of these images and options")
        .hasLineCount(1);
    Files.move(out.resolve("shard-000000.tar"), out.resolve("shard-000009.tar"));
    assertThat(degrade(hr, "-o", out, "--degradation", "photo", "--shards"))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString())
        .contains("out: expected a folder for these shards alone, received ")
        .hasLineCount(1);
  }

  @Test
  void aBrokenPictureIsMissingInItsShardAndSaidEachTime() throws IOException {
    Files.write(hr.resolve("broken.png"), new byte[100]);
    Object[] command = {hr, "-o", out, "--degradation", "photo", "--shards"};
    assertThat(degrade(command)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString()).contains("broken.png: expected an image").hasLineCount(1);
    assertThat(Shard.open(out.resolve("shard-000000.tar")).pairs()).hasSize(2);
    assertThat(degrade(command)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(told.toString()).contains("expected 3 pairs, received 2").hasLineCount(1);
  }

  @Test
  void wrongUsageOfShardsIsOneLine() {
    String photo = "photo";
    assertThat(degrade(hr, "-o", out, "--degradation", photo, "--shard-size", 5))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(told.toString()).contains("--shard-size: expected --shards with it");
    assertThat(degrade(hr, "-o", out, "--degradation", photo, "--shards", "--shard-size", 0))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(degrade(hr, "-o", out, "--degradation", photo, "--shards", "--sheet"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "photoo, 2, out, '--degradation: expected bicubic-uint8-clamp'",
    "photo, 5, out, '--scale: expected 2, 3 or 4, received 5'",
    "photo, 2, out.png, '--out: expected a folder for several images, received '"
  })
  void wrongUsageIsOneLine(String degradation, int scale, String target, String line) {
    assertThat(
            degrade(
                hr, "-o", folder.resolve(target), "--degradation", degradation, "--scale", scale))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(told.toString()).contains(line);
    assertThat(folder.resolve(target)).doesNotExist();
  }

  private int degrade(Object... args) {
    told = new StringWriter();
    CommandLine commandLine = CommandRunner.prepare(new TrainerCommand());
    commandLine.setOut(new PrintWriter(new StringWriter()));
    commandLine.setErr(new PrintWriter(told));
    return commandLine.execute(
        Stream.concat(Stream.of("degrade"), Stream.of(args))
            .map(String::valueOf)
            .toArray(String[]::new));
  }
}

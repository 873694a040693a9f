package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.cli.SparkCommand;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A short film, in one process: what is kept, and what is refused. */
class FilmCommandTest {
  private static final String MODEL = "sesr-tiny-x2";

  @TempDir private static Path shared;
  private static Path film;

  @TempDir private Path folder;
  private Path out;
  private Path parts;
  private final StringWriter said = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @BeforeAll
  static void make() throws Exception {
    film = Film.make(shared.resolve("film.mkv"), 9);
  }

  @BeforeEach
  void name() {
    out = folder.resolve("out.mkv");
    parts = folder.resolve("out.mkv.parts");
  }

  private int run(Object... more) {
    said.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
    CommandLine commandLine = CommandRunner.prepare(new SparkCommand());
    commandLine.setOut(new PrintWriter(said));
    commandLine.setErr(new PrintWriter(errors));
    return commandLine.execute(
        Stream.concat(Stream.of("upscale-clip", "--input", film, "--output", out), Stream.of(more))
            .map(String::valueOf)
            .toArray(String[]::new));
  }

  private int run3(Object... more) {
    return run(
        Stream.concat(Stream.of("--model", MODEL, "--codec", "ffv1", "--parts", 3), Stream.of(more))
            .toArray());
  }

  @Test
  void aPlanCanBeLookedAtAndFollowed() throws Exception {
    assertThat(run3("--plan-only")).as(errors.toString()).isZero();
    assertThat(said.toString()).hasLineCount(3).startsWith("part 1: from 0.000 s, about ");
    assertThat(ClipPlan.read(parts.resolve("plan.json")).parts()).hasSize(3);
    assertThat(out).doesNotExist();
    assertThat(run3()).as(errors.toString()).isZero();
    assertThat(said.toString()).contains("90 frames of 3 parts by " + MODEL);
    assertThat(parts).doesNotExist();
    assertThat(Film.frames(out))
        .isEqualTo(Film.frames(Film.upscaled(film, MODEL, "ffv1", folder.resolve("whole.mkv"))));
  }

  /** Encoders that start over at each part keep number and times of frames. */
  @Test
  void anotherCodecKeepsAllTimes() throws Exception {
    out = folder.resolve("out.mp4");
    assertThat(run("--model", MODEL, "--codec", "h264", "--parts", 3))
        .as(errors.toString())
        .isZero();
    Path single = Film.upscaled(film, MODEL, "h264", folder.resolve("single.mp4"));
    assertThat(Film.times(out)).hasSize(90).isEqualTo(Film.times(single));
    assertThat(Film.others(out)).isEqualTo(Film.others(single));
  }

  @Test
  void aModelIsChosenWhereNoneIsNamed() throws Exception {
    assertThat(run("--codec", "ffv1", "--parts", 2)).as(errors.toString()).isZero();
    assertThat(Film.frames(out)).hasSize(90);
  }

  @Test
  void aResultThatIsThereStays() throws Exception {
    Files.writeString(out, "there");
    assertThat(run3()).isZero();
    assertThat(said.toString()).isEqualTo(out + ": is there already\n");
    assertThat(out).hasContent("there");
  }

  @Test
  void partsOfAnotherPlanAreNotTaken() throws Exception {
    assertThat(run3("--plan-only")).isZero();
    assertThat(run3("--strip")).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString())
        .contains(parts + ": expected parts of the same film with the same options")
        .hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void aDamagedPartIsNamedAndDoneAgainWhenItIsGone() throws Exception {
    assertThat(run3("--plan-only")).isZero();
    Path part = parts.resolve("2-of-3.part");
    ClipPlan plan = ClipPlan.read(parts.resolve("plan.json"));
    try (Upscaler upscaler = Upscaler.builder().model(MODEL).open()) {
      plan.upscale(2, film, part, upscaler, (frames, share) -> {}, () -> false);
    }
    Files.write(part, Arrays.copyOf(Files.readAllBytes(part), 5000));
    assertThat(run3()).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString())
        .contains(part + ": expected a complete part of this plan, received one that is damaged")
        .hasLineCount(1);
    assertThat(out).doesNotExist();
    Files.delete(part);
    assertThat(run3()).as(errors.toString()).isZero();
    assertThat(said.toString()).contains("90 frames of 3 parts, 2 of them there already, by ");
  }

  @Test
  void aPlanOfAnotherFilmIsOneLine() throws Exception {
    Path other = Film.make(folder.resolve("other.mkv"), 5);
    Path plan = folder.resolve("plan.json");
    try (Upscaler upscaler = Upscaler.builder().model(MODEL).open()) {
      VideoUpscaler.builder(upscaler).build().plan(other, out, 2).write(plan);
    }
    assertThat(run("--plan", plan)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString().lines())
        .hasSize(2)
        .anyMatch(
            line -> line.contains("parts 1, 2: " + film + ": expected the plan's video, other.mkv"))
        .anyMatch(line -> line.contains("2 of 2 parts failed"));
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--parts -1, '--parts: expected 1 or more, received -1', 2",
    "--model none, '--model: expected one of', 2",
    "--plan plan.json --crf 3, '--crf: expected what the plan says', 2",
    "--plan none.json, 'none.json: expected a file, received no such file', 1",
    "--codec none, 'none', 1"
  })
  void wrongUsageIsOneLine(String more, String line, int status) {
    assertThat(run((Object[]) more.split(" "))).as(errors.toString()).isEqualTo(status);
    assertThat(errors.toString()).contains(line).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }
}

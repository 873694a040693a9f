package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that try many pictures and large ones. */
class SoakCommandTest {
  private final Commands commands = new Commands();

  @TempDir Path temporary;

  private int run(Object... args) {
    return commands.run(new ConformanceCommand(), args);
  }

  @ParameterizedTest
  @CsvSource({
    "soak --threads 0, --threads",
    "soak --model nothing, --model",
    "large-picture nothing.xyz, FILE"
  })
  void otherValuesAreWrongUsage(String line, String option) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(2);
    assertThat(commands.err().strip()).contains(option + ": expected", "received").hasLineCount(1);
  }

  @Test
  void manyThreadsShareAnUpscalerAndEveryResultIsRight() {
    // Memory isn't judged: this JVM has other tests in it, and a short run is all beginning.
    int status = run("soak", "--pictures", "300", "--model", "sesr-tiny-x2", "--json");
    assertThat(status).as(commands.err()).isIn(0, 4);
    JsonNode result = new JsonMapper().readTree(commands.out());
    assertThat(result.get("pictures").asInt()).isEqualTo(300);
    assertThat(result.get("threads").asInt()).isEqualTo(16);
  }

  @Test
  void aLargePictureIsTheCardAgainAndAgain() throws Exception {
    Path file = temporary.resolve("large.png");
    assertThat(run("large-picture", file, "--width", "1203", "--height", "820"))
        .as(commands.err())
        .isZero();
    Picture large = PictureFiles.read(file);
    assertThat(large.width()).isEqualTo(1203);
    assertThat(large.height()).isEqualTo(820);
    assertThat(large.crop(500, 400, 500, 400).samples())
        .isEqualTo(large.crop(0, 0, 500, 400).samples());
    assertThat(large.crop(1000, 800, 203, 20).samples())
        .isEqualTo(large.crop(0, 0, 203, 20).samples());
  }
}

package io.subpixel.conformance.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.DrawnClip;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the benchmarks of upscaling print; their times differ between machines. */
class BenchmarkUpscalingTest {
  private final Commands commands = new Commands();

  @TempDir Path temporary;

  private int run(Object... args) {
    return commands.run(new BenchCommand(), args);
  }

  @Test
  void theLibraryStandsBesideTheNetworkAlone() {
    assertThat(run("library", "--model", "sesr-tiny-x2", "--rounds", "1", "--json"))
        .as(commands.err())
        .isZero();
    JsonNode rows = new JsonMapper().readTree(commands.out()).get("table").get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("name").asString()).isEqualTo("sesr-tiny-x2, network alone");
    double alone = rows.get(0).get("milliseconds").asDouble();
    double library = rows.get(1).get("milliseconds").asDouble();
    assertThat(alone).isPositive();
    assertThat(rows.get(1).get("ratio").asDouble()).isEqualTo(library / alone);
  }

  @Test
  void aBatchLeavesNothingBehind() throws Exception {
    for (int i = 0; i < 3; i++) {
      PictureFiles.write(temporary.resolve(i + ".jpg"), TestCard.draw(40, 30, i));
    }
    assertThat(run("batch", "--data", temporary, "--pictures", "4", "--rounds", "1"))
        .as(commands.err())
        .isZero();
    assertThat(commands.out()).contains("4 photographs, 3 different ones", "network alone", "1.10");
    assertThat(temporary).isDirectoryNotContaining(file -> file.toString().endsWith(".png"));
  }

  @Test
  void aClipStandsBesideTheNetworkAlone() throws Exception {
    Path clip =
        DrawnClip.write(
            temporary.resolve("in.y4m"),
            DrawnClip.card(64, 48, 1),
            DrawnClip.card(64, 48, 2),
            DrawnClip.card(64, 48, 3));
    List<Object> line = new ArrayList<>(List.of("clip"));
    line.addAll(List.of("--clip", clip, "--model", "sesr-tiny-x2", "--codec", "ffv1,rawvideo"));
    line.addAll(List.of("--rounds", "1", "--seconds", "0.08", "--json"));
    assertThat(run(line.toArray())).as(commands.err()).isZero();
    JsonNode table = new JsonMapper().readTree(commands.out()).get("table");
    assertThat(table.get("title").asString()).contains("64x48", "of 2 frames");
    JsonNode rows = table.get("rows");
    assertThat(rows).hasSize(3);
    double alone = rows.get(0).get("milliseconds").asDouble();
    double whole = rows.get(1).get("milliseconds").asDouble();
    assertThat(rows.get(1).get("name").asString()).isEqualTo("sesr-tiny-x2, ffv1");
    assertThat(rows.get(1).get("ratio").asDouble()).isCloseTo(whole / alone, within(1e-9));
    assertThat(temporary.toFile().list()).containsExactly("in.y4m");
  }

  @ParameterizedTest
  @CsvSource({
    "opencv --python /no/such/python, opencv: absent: --python: expected, python3-opencv",
    "start, start: absent: --node-modules: expected, npm install",
    "batch, batch: absent: --data: expected, a folder of photographs",
    "clip, clip: absent: --clip: expected, a clip"
  })
  void whatIsAbsentIsSaidWithHowToGetIt(String line, String start, String help) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(3);
    assertThat(commands.out()).startsWith(start).contains(help);
  }

  @Test
  void jmhRunsWhatItIsAskedFor() throws Exception {
    Path result = temporary.resolve("result.json");
    PrintStream standard = System.out;
    try {
      String line = "jmh .*AroundTheNetwork.conversion -f 0 -wi 0 -i 1 -r 1ms -rf json -rff ";
      List<String> arguments = new ArrayList<>(List.of((line + result).split(" ")));
      arguments.addAll(List.of("-o", temporary.resolve("said.txt").toString()));
      assertThat(run(arguments.toArray())).as(commands.err()).isZero();
    } finally {
      System.setOut(standard);
    }
    JsonNode benchmarks = new JsonMapper().readTree(result);
    assertThat(benchmarks).hasSize(2);
    for (JsonNode benchmark : benchmarks) {
      assertThat(benchmark.get("benchmark").asString()).endsWith("AroundTheNetwork.conversion");
      assertThat(benchmark.get("primaryMetric").get("score").asDouble()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "library --model espcn-x3, --model",
    "opencv --rounds 0, --rounds",
    "clip --seconds 0, --seconds",
    "batch --pictures 0, --pictures"
  })
  void otherValuesAreWrongUsage(String line, String option) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(2);
    assertThat(commands.err().strip()).contains(option + ": expected", "received").hasLineCount(1);
  }
}

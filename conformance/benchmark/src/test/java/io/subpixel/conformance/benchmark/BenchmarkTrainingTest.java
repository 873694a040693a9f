package io.subpixel.conformance.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.commands.CommandRunner;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the benchmark of training prints; its times differ between machines. */
class BenchmarkTrainingTest {
  private static final Map<String, String> SMALL =
      Map.of("--patch", "8", "--batch", "2", "--rounds", "2");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path temporary;

  @Test
  void withoutPythonTheOtherRowsArePrinted() {
    assertThat(run("--python", "/no/such/python", "--json")).isEqualTo(3);
    assertThat(err.toString().strip())
        .startsWith("bench: --python: expected")
        .contains("torch", "received", "/no/such/python")
        .hasLineCount(1);
    JsonNode result = new JsonMapper().readTree(out.toString());
    assertThat(rows(result)).containsExactly("Subpixel", "SameDiff.fit");
    assertThat(result.get("agreement").isNull()).isTrue();
    assertThat(result.get("profile")).isEmpty();
    assertThat(result.get("rows").get(0).get("ratioToPytorch").isNull()).isTrue();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in is a POSIX script")
  void aPythonThatFailsLaterIsOneLine() throws Exception {
    Path python = temporary.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        [ "$2" = 'import torch' ] && exit 0
        read line
        echo '{"error": "RuntimeError: broken"}'
        """);
    assertThat(python.toFile().setExecutable(true)).isTrue();
    assertThat(run("--python", python.toString())).isEqualTo(1);
    assertThat(err.toString().strip())
        .contains("training_step.py: expected an answer, received RuntimeError: broken")
        .hasLineCount(1);
  }

  @Test
  void theProfileNamesOperators() {
    assertThat(run("--python", "/no/such/python", "--profile", "--json")).isEqualTo(3);
    JsonNode profile = new JsonMapper().readTree(out.toString()).get("profile");
    List<String> operators =
        profile.valueStream().map(p -> p.get("operator").asString()).collect(Collectors.toList());
    assertThat(operators).contains("batch", "optimizer").doesNotHaveDuplicates();
    assertThat(operators).anyMatch(operator -> operator.startsWith("conv2d"));
    List<Double> times = profile.valueStream().map(p -> p.get("milliseconds").asDouble()).toList();
    assertThat(times).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    double shares = profile.valueStream().mapToDouble(p -> p.get("share").asDouble()).sum();
    assertThat(shares).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "espcn,       2, false",
    "espcn,       3, false",
    "espcn-paper, 2, false",
    "sesr-tiny,   2, true",
    "sesr-m5,     4, true"
  })
  void theStepIsThatOfPytorch(String architecture, int scale, boolean collapses) {
    assumeTrue(hasPytorch(), "no Python with PyTorch here");
    assertThat(run("--arch", architecture, "--scale", String.valueOf(scale), "--json"))
        .as(err.toString())
        .isZero();
    JsonNode result = new JsonMapper().readTree(out.toString());
    assertThat(rows(result)).hasSize(3).last().asString().startsWith("PyTorch ");
    assertThat(result.get("rows").get(2).get("ratioToPytorch").asDouble()).isEqualTo(1);
    assertThat(result.get("pytorchCollapsed").asBoolean()).isEqualTo(collapses);
    JsonNode agreement = result.get("agreement");
    assertThat(agreement.get("same").asBoolean()).isTrue();
    assertThat(agreement.get("loss").asDouble()).isPositive();
    assertThat(agreement.get("lossDifference").asDouble()).isLessThan(1e-4);
    assertThat(agreement.get("weightDifference").isNull()).isEqualTo(collapses);
  }

  @Test
  void theTableHasALineForEach() {
    assumeTrue(hasPytorch(), "no Python with PyTorch here");
    assertThat(run("--arch", "sesr-tiny", "--profile")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("sesr-tiny x2, 2 samples of 8x8", "GFLOP/s", "to PyTorch")
        .containsPattern("(?m)^Subpixel .*\\d$")
        .containsPattern("(?m)^SameDiff.fit .*\\d$")
        .containsPattern("(?m)^PyTorch \\S+ .* 1\\.00$")
        .contains("collapse to", "same step: yes", "optimizer");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"--arch, espcn9", "--scale, 5", "--batch, 0", "--patch, 4", "--rounds, 0"})
  void otherValuesAreWrongUsage(String option, String value) {
    assertThat(run(option, value)).isEqualTo(2);
    assertThat(err.toString().strip())
        .contains(option + ": expected", "received " + value)
        .hasLineCount(1);
  }

  /** Their names, once all their figures have been found to be positive. */
  private static List<String> rows(JsonNode result) {
    assertThat(result.get("steps").asInt()).isEqualTo(10);
    assertThat(result.get("threads").asInt()).isPositive();
    return result
        .get("rows")
        .valueStream()
        .map(
            row -> {
              for (String figure : List.of("milliseconds", "samplesPerSecond", "gflops")) {
                assertThat(row.get(figure).asDouble()).as(figure).isPositive();
              }
              return row.get("name").asString();
            })
        .collect(Collectors.toList());
  }

  private static boolean hasPytorch() {
    return Python.find(Python.USUAL, Python.PYTORCH).isPresent();
  }

  private int run(String... more) {
    CommandLine commandLine = CommandRunner.prepare(new BenchCommand());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    List<String> arguments = new ArrayList<>(List.of("training"));
    // picocli refuses an option that is given twice.
    SMALL.forEach(
        (option, value) -> {
          if (!List.of(more).contains(option)) {
            arguments.addAll(List.of(option, value));
          }
        });
    arguments.addAll(List.of(more));
    return commandLine.execute(arguments.toArray(String[]::new));
  }
}

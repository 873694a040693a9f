package io.subpixel.conformance.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the benchmark of everything prints; its times differ between machines. */
class BenchmarkStandingTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Commands commands = new Commands();

  @TempDir Path temporary;

  private int bench(Object... more) {
    List<Object> line = new ArrayList<>(List.of("--rounds", "1"));
    line.addAll(List.of("--model", "sesr-m1-k3-x2", "--node", "/no/such/node"));
    line.addAll(List.of("--chromium", "/no/such/chromium", "--command", "/no/such/runtime"));
    line.addAll(List.of(more));
    return commands.run(new BenchCommand(), line.toArray());
  }

  /** What was written, with all times multiplied. */
  private Path baseline(JsonNode written, double factor) throws IOException {
    JsonNode copy = written.deepCopy();
    for (JsonNode row : copy.get("rows")) {
      for (String time : List.of("milliseconds", "lower", "upper")) {
        ((ObjectNode) row).put(time, factor * row.get(time).asDouble());
      }
    }
    return Files.writeString(
        temporary.resolve("baseline-" + factor + ".json"), JSON.writeValueAsString(copy));
  }

  @Test
  void everyPartyStandsBesideTheFirstAndThePeak() throws IOException {
    Path file = temporary.resolve("deeper/figures.json");
    assertThat(bench("--json", file)).as(commands.err()).isZero();
    assertThat(commands.err()).contains("absent: expected a launcher, received /no/such/runtime");
    assertThat(commands.out())
        .contains("Processor: ", "Peak: ", "ONNX Runtime, network alone", "TrainingStep");
    JsonNode written = JSON.readTree(file);
    double peak = written.get("peak").asDouble();
    JsonNode alone = written.get("rows").get(0);
    // Multiply and add for each MAC of each LR pixel.
    double gflops = 2 * 3024.0 * 960 * 540 / alone.get("milliseconds").asDouble() / 1e6;
    assertThat(alone.get("gflops").asDouble()).isCloseTo(gflops, within(1e-6));
    assertThat(alone.get("share").asDouble()).isCloseTo(gflops / peak, within(1e-9));
    assertThat(alone.get("ratio").isNull()).isTrue();
    assertThat(written.get("rows"))
        .extracting(row -> row.get("party").asString())
        .contains("Upscaler, pixels to pixels", "SameDiff, network alone", "SameDiff.fit");
    for (JsonNode row : written.get("rows")) {
      double median = row.get("milliseconds").asDouble();
      assertThat(row.get("lower").asDouble()).isPositive().isLessThanOrEqualTo(median);
      assertThat(row.get("upper").asDouble()).isGreaterThanOrEqualTo(median);
    }

    // Ten times as slow as before is no noise, and ten times as fast is no failure.
    assertThat(bench("--baseline", baseline(written, 0.1))).isEqualTo(4);
    assertThat(commands.err())
        .contains("sesr-m1-k3-x2, ONNX Runtime, network alone: expected about ", "received");
    Standing.Result now = JSON.treeToValue(written, Standing.Result.class);
    Baseline slow = Baseline.read(baseline(written, 10), now.machine());
    assertThat(slow.slower(now)).isEmpty();
    Baseline fast = Baseline.read(baseline(written, 0.1), now.machine());
    assertThat(fast.slower(now)).hasSameSizeAs(now.rows());
  }

  @Test
  void whatIsNoBaselineOfThisMachineIsRefused() throws IOException {
    Path file = temporary.resolve("figures.json");
    assertThat(bench("--baseline", file)).isEqualTo(1);
    assertThat(commands.err())
        .contains(file + ": expected what --json wrote, received no such file");
    Files.writeString(file, "[]");
    assertThat(bench("--baseline", file)).isEqualTo(1);
    assertThat(commands.err()).contains(file + ": expected what --json wrote, received ");
    Files.writeString(
        file, "{\"machine\":{\"Cores\":\"1000\"},\"peak\":1,\"rounds\":1,\"rows\":[]}");
    assertThat(bench("--baseline", file)).isEqualTo(1);
    assertThat(commands.err()).contains("received one on {Cores=1000}");
  }

  @Test
  void otherModelsAreWrongUsage() {
    assertThat(bench("--model", "sesr-m5-rgb-x2")).isEqualTo(2);
    assertThat(commands.err()).contains("--model: expected one of the x2 luma models");
    assertThat(bench("--rounds", "0")).isEqualTo(2);
  }
}

package io.subpixel.conformance.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import io.subpixel.runtime.cli.RuntimeCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the load of the service prints; its times differ between machines. */
class BenchServiceTest {
  private static final String NPM = "../target/npm-service";

  private final Commands commands = new Commands();

  @TempDir private Path folder;

  private int run(Object... args) {
    List<Object> line = new ArrayList<>(List.of("service"));
    line.addAll(List.of(args));
    return commands.run(new BenchCommand(), line.toArray());
  }

  /** What {@code bin/runtime} does once it is built. */
  private Path launcher() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String script =
        "#!/bin/sh\nexec '%s' -Djava.awt.headless=true -cp '%s' %s \"$@\"\n"
            .formatted(java, System.getProperty("java.class.path"), RuntimeCommand.class.getName());
    Path file = Files.writeString(folder.resolve("runtime"), script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for a POSIX shell")
  void theServiceStandsBesideTheLibraryAndNode() throws Exception {
    Object[] line = {
      "--size",
      "32x24,48x48",
      "--clients",
      "2",
      "--rounds",
      "2",
      "--seconds",
      "0.2",
      "--model",
      "sesr-tiny-x2",
      "--command",
      launcher(),
      "--npm",
      NPM,
      "--json"
    };
    int status = run(line);
    JsonNode result = new JsonMapper().readTree(commands.out());
    JsonNode rows = result.get("rows");
    for (JsonNode row : rows) {
      assertThat(row.get("perSecond").asDouble()).isPositive();
      assertThat(row.get("p50").asDouble()).isPositive();
      assertThat(row.get("p99").asDouble()).isGreaterThanOrEqualTo(row.get("p50").asDouble());
    }
    assertThat(rows.get(0).get("ratio").asDouble()).isEqualTo(1);
    assumeTrue(result.get("absent").isNull(), commands.err().strip());
    assertThat(status).isZero();
    assertThat(rows)
        .extracting(row -> row.get("size").asString() + " " + row.get("party").asString())
        .containsExactly(
            "32x24 library",
            "32x24 service",
            "32x24 Node",
            "48x48 library",
            "48x48 service",
            "48x48 Node");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for a POSIX shell")
  void aSoakCountsEveryAnswer() throws Exception {
    int status = run("--soak", "0.05", "--clients", "8", "--command", launcher(), "--json");
    JsonNode result = new JsonMapper().readTree(commands.out());
    assertThat(result.get("lost").asLong()).isZero();
    assertThat(result.get("wrong").asLong()).isZero();
    assertThat(result.get("statuses").propertyNames()).isSubsetOf(Set.of("200", "429"));
    assertThat(result.get("statuses").get("200").asLong()).isGreaterThanOrEqualTo(8);
    // So short a run ends while the JVM still grows.
    assertThat(status).isIn(0, 4);
  }

  @Test
  void withoutTheLauncherNothingRuns() {
    assertThat(run("--command", folder.resolve("none"))).isEqualTo(3);
    assertThat(commands.err()).contains("--command: expected bin/runtime, received ");
  }

  @ParameterizedTest
  @CsvSource({
    "--size 0x10, expected a size such as 512x512",
    "--clients 0, --clients: expected 1 to 10000",
    "--seconds 0, --seconds: expected 0.01 to 3600",
    "--model photo-x3, --model: expected one of"
  })
  void otherValuesAreWrongUsage(String line, String message) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(2);
    assertThat(commands.err()).contains(message);
  }
}

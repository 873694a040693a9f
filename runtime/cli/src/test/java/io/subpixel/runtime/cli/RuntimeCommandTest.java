package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.Device;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RuntimeCommandTest {
  @Test
  void requiresASubcommand() {
    CommandOutput output = CommandOutput.of();
    assertThat(output.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(output.err().get(0)).startsWith("runtime: ").contains("subcommand");
  }

  @ParameterizedTest
  @ValueSource(strings = {"upscale", "join", "serve", "models", "devices"})
  void everySubcommandHasHelp(String subcommand) {
    CommandOutput output = CommandOutput.of(subcommand, "--help");
    assertThat(output.status()).isZero();
    assertThat(output.out().get(0)).startsWith("Usage: runtime " + subcommand);
    assertThat(String.join(" ", CommandOutput.of("--help").out())).contains(subcommand);
  }

  @Test
  void tellsTheVersionsOfTheLibrariesThatAreLoaded() {
    CommandOutput output = CommandOutput.of("--version");
    assertThat(output.status()).isZero();
    assertThat(output.out())
        .contains("ONNX Runtime " + versionOfJar("onnxruntime(?:_gpu)?") + " (MIT)")
        .anyMatch(line -> line.startsWith("Devices: cpu"));
    String ffmpeg = "FFmpeg n?" + Pattern.quote(versionOfJar("ffmpeg").replaceFirst("-.*", ""));
    boolean isGpl = System.getProperty("java.class.path").contains("-gpl.jar");
    assertThat(output.out())
        .anyMatch(line -> line.matches(ffmpeg + " \\(L?GPL version 3 or later\\)"))
        .anyMatch(line -> line.equals("Licence: Apache-2.0") != isGpl);
  }

  /** Returns the version in the name of a jar on the class path. */
  private static String versionOfJar(String name) {
    Matcher matcher =
        Pattern.compile("[/\\\\]" + name + "-(\\d[\\d.-]*\\d)\\.jar")
            .matcher(System.getProperty("java.class.path"));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void listsTheCpuAndWhetherThereIsCuda() {
    CommandOutput output = CommandOutput.of("devices");
    assertThat(output.status()).isZero();
    String cuda =
        Device.cuda(0).missing().map(missing -> "not usable, " + missing).orElse("usable");
    assertThat(output.out()).startsWith("cpu: usable", "cuda:0: " + cuda);
    List<String> devices =
        output.out().stream().filter(line -> !line.startsWith("--codec ")).toList();
    assertThat(devices).hasSize(5);
  }

  @Test
  void listsTheEncodersOfGraphicsCards() {
    List<String> encoders =
        CommandOutput.of("devices").out().stream()
            .filter(line -> line.startsWith("--codec "))
            .toList();
    assertThat(encoders).isNotEmpty();
    assertThat(encoders)
        .allMatch(
            line ->
                line.matches(
                    "--codec \\w+_(nvenc|qsv|amf|videotoolbox): (usable|not usable, no driver or"
                        + " device for it \\(.+\\))"));
  }

  @Test
  void listsDevicesAsJson() {
    CommandOutput output = CommandOutput.of("devices", "--json");
    assertThat(output.out().get(0)).isEqualTo("{\"device\":\"cpu\",\"usable\":true}");
    JsonNode cuda = new JsonMapper().readTree(output.out().get(1));
    assertThat(cuda.get("device").asString()).isEqualTo("cuda:0");
    assertThat(cuda.get("usable").asBoolean()).isEqualTo(Device.cuda(0).missing().isEmpty());
    assertThat(cuda.has("missing")).isEqualTo(Device.cuda(0).missing().isPresent());
  }
}

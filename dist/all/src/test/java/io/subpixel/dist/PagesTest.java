package io.subpixel.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.commands.CommandRunner;
import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.converter.cli.ConverterCommand;
import io.subpixel.runtime.cli.RuntimeCommand;
import io.subpixel.trainer.cli.TrainerCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The manual pages and the completions that the build made hold every command and option. */
class PagesTest {
  private static final Path SHARE = Path.of("target", "share");

  static Stream<CommandLine> commands() {
    return Stream.of(
            new RuntimeCommand(),
            new TrainerCommand(),
            new ConverterCommand(),
            new ConformanceCommand())
        .map(CommandRunner::prepare);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aManualPageOfEachCommandHasItsOptions(CommandLine command) throws IOException {
    for (CommandLine each : withSubcommands(command)) {
      String name = each.getCommandSpec().qualifiedName("-");
      Path page = SHARE.resolve("man/man1/" + name + ".1");
      assertThat(page).isRegularFile();
      // In roff, a hyphen that can be typed is escaped.
      String text = Files.readString(page).replace("\\-", "-").replace("\\fP", "");
      assertThat(text).contains(".SH \"NAME\"").doesNotContain("asciidoc::");
      for (OptionSpec option : visible(each)) {
        for (String spelling : option.names()) {
          assertThat(text).as(name).contains(spelling);
        }
      }
      for (String subcommand : each.getSubcommands().keySet()) {
        assertThat(text).as(name).contains(subcommand);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void bashCompletesCommandsAndOptions(CommandLine command) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash to complete in");
    String name = command.getCommandName();
    assertThat(completed(name, "")).containsAll(command.getSubcommands().keySet());
    for (CommandLine each : command.getSubcommands().values()) {
      if (!each.getSubcommands().isEmpty()) {
        continue;
      }
      List<String> expected = new ArrayList<>();
      for (OptionSpec option : visible(each)) {
        expected.addAll(List.of(option.names()));
      }
      assertThat(completed(name, each.getCommandName(), "-"))
          .as(name + " " + each.getCommandName())
          .containsAll(expected);
    }
  }

  private static List<OptionSpec> visible(CommandLine command) {
    return command.getCommandSpec().options().stream().filter(each -> !each.hidden()).toList();
  }

  private static List<CommandLine> withSubcommands(CommandLine command) {
    List<CommandLine> all = new ArrayList<>(List.of(command));
    for (CommandLine each : command.getSubcommands().values()) {
      all.addAll(withSubcommands(each));
    }
    return all;
  }

  /** What bash offers for the last of these words. */
  private static List<String> completed(String... words) throws Exception {
    Path script = SHARE.resolve("bash-completion/completions/" + words[0]);
    String line = String.join(" ", words);
    String program =
        String.join(
            "\n",
            "source " + script.toAbsolutePath().toString().replace(" ", "\\ "),
            "COMP_WORDS=(" + line + (line.endsWith(" ") ? "''" : "") + ")",
            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))",
            "COMP_LINE='" + line + "'",
            "COMP_POINT=${#COMP_LINE}",
            "$(complete -p " + words[0] + " | sed 's/.*-F \\([^ ]*\\).*/\\1/')",
            "printf '%s\\n' \"${COMPREPLY[@]}\"");
    Process bash = new ProcessBuilder("/bin/bash", "-c", program).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    return out.lines().map(String::strip).toList();
  }
}

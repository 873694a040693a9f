package io.subpixel.runtime.cli;

import io.subpixel.models.OneLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results on standard output: a line for each, for people or, with {@code --json}, for programs.
 */
final class Output {
  /** Made only where it is used: that takes as long as a small picture. */
  private static final class Json {
    // A terminal's encoding may lack the letters of a path; escapes survive any.
    static final JsonMapper MAPPER =
        JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  }

  @Option(names = "--json", description = "Print each result as one line of JSON.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Whether programs are to read the results. */
  boolean isJson() {
    return json;
  }

  /** Prints a result. */
  void print(String line, Object asJson) {
    String text = json ? Json.MAPPER.writeValueAsString(asJson) : OneLine.of(line);
    command.commandLine().getOut().println(text);
    command.commandLine().getOut().flush();
  }
}

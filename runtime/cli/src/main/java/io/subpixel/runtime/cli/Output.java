package io.subpixel.runtime.cli;

import io.subpixel.pictures.internal.OneLine;
import java.io.PrintWriter;
import java.util.List;
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
    print(List.of(line), asJson);
  }

  /** Prints a result that takes people several lines to read. */
  void print(List<String> lines, Object asJson) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(Json.MAPPER.writeValueAsString(asJson));
    } else {
      lines.forEach(line -> out.println(OneLine.of(line)));
    }
    out.flush();
  }
}

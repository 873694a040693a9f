package io.subpixel.runtime.cli;

import io.subpixel.pictures.internal.OneLine;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints results on standard output, one per line: as text or, with {@code --json}, as JSON. */
final class Output {
  /** Loaded on demand, as that takes as long as upscaling a small picture. */
  private static final class Json {
    // A terminal's encoding may lack letters of a path; escapes work with any.
    static final JsonMapper MAPPER =
        JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  }

  @Option(names = "--json", description = "Print each result as one line of JSON.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Returns whether to print JSON. */
  boolean isJson() {
    return json;
  }

  /** Prints a result. */
  void print(String line, Object asJson) {
    print(List.of(line), asJson);
  }

  /** Prints a result that takes several lines as text. */
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

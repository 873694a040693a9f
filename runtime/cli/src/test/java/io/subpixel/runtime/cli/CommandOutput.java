package io.subpixel.runtime.cli;

import io.subpixel.commands.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** What a run of the command came to. */
record CommandOutput(int status, List<String> out, List<String> err) {
  static CommandOutput of(Object... args) {
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = args[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = CommandRunner.prepare(new RuntimeCommand());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = command.execute(texts);
    return new CommandOutput(
        status, out.toString().lines().toList(), err.toString().lines().toList());
  }
}

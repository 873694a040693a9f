package io.subpixel.conformance;

import io.subpixel.commands.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs commands as their launchers do, and keeps what the last one wrote. */
public final class Commands {
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  /** Runs one, and gives its exit status. */
  public int run(Object command, Object... args) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine commandLine = CommandRunner.prepare(command);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(Stream.of(args).map(String::valueOf).toArray(String[]::new));
  }

  /** What the last one wrote to standard output. */
  public String out() {
    return out.toString();
  }

  /** What the last one wrote to standard error. */
  public String err() {
    return err.toString();
  }
}

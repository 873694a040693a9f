package io.subpixel.conformance.benchmark.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** A command that times upscaling in one way, beside its alternatives. */
abstract class TableCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** The result. */
  record Result(int cores, Table table) {}

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Turns for each contender (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  /** Times it, or returns what is absent. */
  abstract Table table(int turns) throws IOException;

  @Override
  public Integer call() throws IOException {
    check("--rounds", rounds);
    Table table = table(rounds);
    PrintWriter out = spec.commandLine().getOut();
    if (Terminal.showsErrors()) {
      spec.commandLine().getErr().println();
    }
    if (json) {
      int cores = Runtime.getRuntime().availableProcessors();
      out.println(JSON.writeValueAsString(new Result(cores, table)));
    } else {
      print(out, table);
    }
    out.flush();
    return table.absent() == null ? ExitStatus.DONE : ExitStatus.UNAVAILABLE;
  }

  /** Shows progress. */
  void show() {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print('.');
      err.flush();
    }
  }

  private static void print(PrintWriter out, Table table) {
    if (table.absent() != null) {
      out.printf("%s: absent: %s%n", table.title(), table.absent());
      return;
    }
    out.printf(
        "%s, median of %d%n%-34s %10s %6s %8s%n",
        table.title(), table.turns(), "", "ms", "ratio", "at most");
    for (Row row : table.rows()) {
      String note = row.note();
      out.printf(
          Locale.ROOT,
          "%-34s %10.2f %6s %8s%s%n",
          row.name(),
          row.milliseconds(),
          number(row.ratio()),
          number(row.mark()),
          note == null ? "" : "  " + note);
    }
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  /**
   * Checks a count.
   *
   * @throws ParameterException if it is out of range
   */
  final void check(String option, int received) {
    if (received < 1 || received > 10_000) {
      throw wrong(option, "1 to 10000", received);
    }
  }

  final ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

package io.subpixel.conformance.benchmark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.Baseline;
import io.subpixel.conformance.benchmark.Standing;
import io.subpixel.conformance.benchmark.Standing.Result;
import io.subpixel.conformance.benchmark.Standing.Row;
import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.Machine;
import io.subpixel.conformance.matrix.adapter.Adapters;
import io.subpixel.conformance.matrix.adapter.Runtimes;
import io.subpixel.conformance.matrix.cli.PlacesOptions;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance bench}. */
@Command(
    name = "bench",
    description = {
      "Times Subpixel beside its alternatives, all in turns, and compares each time with this"
          + " machine's peak.",
      "Without a COMMAND: the same models and picture by every runtime, bicubic and the training"
          + " step."
    },
    subcommands = {
      BenchTrainingCommand.class,
      BenchModelsCommand.class,
      BenchLibraryCommand.class,
      BenchBatchCommand.class,
      BenchOpencvCommand.class,
      BenchStartCommand.class,
      BenchClipCommand.class,
      BenchServiceCommand.class,
      BenchSparkCommand.class,
      BenchJmhCommand.class
    },
    sortOptions = false,
    synopsisSubcommandLabel = "[COMMAND]")
public final class BenchCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** Those that {@link Standing} doesn't time by itself. */
  private static final List<Adapters> OTHERS =
      List.copyOf(
          EnumSet.complementOf(EnumSet.of(Adapters.ONNXRUNTIME, Adapters.ONNXRUNTIME_TILED)));

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      description = "x2 models of luma (default: ${DEFAULT-VALUE}).")
  private List<String> models = List.of("espcn-x2", "sesr-m11-x2", "sesr-m5-x2", "sesr-m1-k3-x2");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Turns for each party (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private final PlacesOptions places = new PlacesOptions();

  @Option(
      names = "--command",
      paramLabel = "FILE",
      defaultValue = "${sys:subpixel.bin}/runtime",
      description = "The launcher of runtime (default: that of this repository).")
  private Path command;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures, for another run's --baseline.")
  private @Nullable Path json;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "Compare with what --json wrote: status 4 if something is slower beyond noise.")
  private @Nullable Path baseline;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || rounds > 10_000) {
      throw wrong("--rounds", "1 to 10000", rounds);
    }
    for (String model : models) {
      if (!Pretrained.names().contains(model)
          || Pretrained.card(model).scale() != 2
          || Pretrained.card(model).channels() != 1) {
        throw wrong("--model", "one of the x2 luma models in " + Pretrained.names(), model);
      }
    }
    Map<String, String> machine = Machine.facts();
    if (json != null) {
      AtomicFile.create(json).close();
    }
    Baseline earlier = baseline == null ? null : Baseline.read(baseline, machine);
    Path launcher = Files.isExecutable(command) ? command : null;
    if (launcher == null) {
      say("bin/runtime: absent: expected a launcher, received " + command);
    }
    Result result;
    try (Runtimes runtimes = Runtimes.open(OTHERS, places.places(), false)) {
      runtimes.entries().stream()
          .filter(entry -> entry.absent() != null)
          .forEach(entry -> say(entry.title() + ": absent: " + entry.absent()));
      Map<String, Adapter> others = new LinkedHashMap<>();
      others.put(Adapters.SAMEDIFF.title(), runtimes.reference());
      for (Adapters each : OTHERS) {
        Adapter adapter = runtimes.others().get(each.id());
        if (adapter != null) {
          others.put(each.title(), adapter);
        }
      }
      result = new Standing(models, others, launcher, rounds).run(machine, this::show);
    }
    PrintWriter out = spec.commandLine().getOut();
    print(out, result);
    out.flush();
    if (json != null) {
      byte[] bytes = JSON.writeValueAsBytes(result);
      AtomicFile.write(json, file -> Files.write(file, bytes));
    }
    if (earlier == null) {
      return ExitStatus.DONE;
    }
    List<Baseline.Slower> slower = earlier.slower(result);
    slower.forEach(
        each ->
            say(
                String.format(
                    Locale.ROOT,
                    "%s: expected about %.2f ms as before, received %.2f ms",
                    each.key(),
                    each.before(),
                    each.after())));
    return slower.isEmpty() ? ExitStatus.DONE : ExitStatus.VERIFICATION_FAILED;
  }

  private void show() {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print('.');
      err.flush();
    }
  }

  private void say(String line) {
    CommandRunner.print(spec.commandLine(), line);
  }

  private static void print(PrintWriter out, Result result) {
    result.machine().forEach((name, value) -> out.printf("%s: %s%n", name, value));
    out.printf(
        Locale.ROOT,
        "Peak: %.0f GFLOP/s, by a product of matrices%nMedian of %d turns, and the middle half of"
            + " them%n",
        result.peak(),
        result.rounds());
    String subject = "";
    for (Row row : result.rows()) {
      if (!row.subject().equals(subject)) {
        subject = row.subject();
        out.printf(
            "%n%-36s %10s %19s %8s %8s %6s%n",
            subject, "ms", "middle half", "GFLOP/s", "of peak", "ratio");
      }
      out.printf(
          Locale.ROOT,
          "%-36s %10.2f %9.2f..%8.2f %8s %8s %6s%n",
          row.party(),
          row.milliseconds(),
          row.lower(),
          row.upper(),
          number("%.0f", row.gflops()),
          number("%.0f %%", row.share() == null ? null : 100 * row.share()),
          number("%.2f", row.ratio()));
    }
  }

  private static String number(String form, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, form, value);
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

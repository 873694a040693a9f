package io.subpixel.conformance.benchmark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.Agreement;
import io.subpixel.conformance.benchmark.Python;
import io.subpixel.conformance.benchmark.Task;
import io.subpixel.conformance.benchmark.TrainingBenchmark;
import io.subpixel.conformance.benchmark.TrainingBenchmark.Result;
import io.subpixel.conformance.benchmark.TrainingBenchmark.Row;
import io.subpixel.conformance.benchmark.TrainingBenchmark.Share;
import io.subpixel.trainer.cli.NetworkNames;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance bench training}. */
@Command(
    name = "training",
    description = {
      "Times a training step (luma, MSE, Adam) of Subpixel, SameDiff.fit and PyTorch, in turns.",
      "Status 3 if there is no PyTorch, 4 if its step isn't Subpixel's."
    },
    sortOptions = false)
final class BenchTrainingCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      defaultValue = "espcn",
      description = "The network: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      completionCandidates = NetworkNames.class)
  private String architecture;

  @Option(
      names = "--scale",
      paramLabel = "2|3|4",
      defaultValue = "2",
      description = "How many times larger (default: ${DEFAULT-VALUE}).")
  private int scale;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Samples a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--patch",
      paramLabel = "P",
      defaultValue = "48",
      description = "Side of a sample in LR pixels (default: ${DEFAULT-VALUE}).")
  private int patch;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Turns of five steps for each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "An interpreter with PyTorch (default: python3, then /usr/bin/python3).")
  private @Nullable String python;

  @Option(names = "--profile", description = "Show where the time of Subpixel's step goes.")
  private boolean profile;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Architecture chosen =
        Architectures.find(architecture)
            .orElseThrow(() -> wrong("--arch", Architectures.expected(), architecture));
    check("--scale", 2, 4, scale);
    check("--batch", 1, 1024, batch);
    check("--patch", 8, 512, patch);
    check("--rounds", 1, 10_000, rounds);
    List<String> candidates = python == null ? Python.USUAL : List.of(python);
    Python pytorch = Python.find(candidates, Python.PYTORCH).orElse(null);
    if (pytorch == null) {
      // A warning at first: the other rows need no PyTorch.
      CommandRunner.print(
          spec.commandLine(),
          "--python: expected a Python that can import torch, received none in " + candidates);
    }
    Result result =
        TrainingBenchmark.run(
            new Task(chosen, scale, batch, patch), rounds, pytorch, profile, this::show);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JSON.writeValueAsString(result));
    } else {
      print(out, result);
    }
    out.flush();
    Agreement agreement = result.agreement();
    if (agreement != null && !agreement.same()) {
      throw new VerificationException(
          String.format(
              Locale.ROOT,
              "Subpixel's step beside PyTorch's: expected differences within %.0e, received %.1e of"
                  + " the loss%s",
              Agreement.TOLERANCE,
              agreement.lossDifference(),
              ofWeights(agreement)));
    }
    return pytorch == null ? ExitStatus.UNAVAILABLE : ExitStatus.DONE;
  }

  private void show(int round) {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf("\rround %d of %d%s", round, rounds, round == rounds ? "\n" : "");
      err.flush();
    }
  }

  private static void print(PrintWriter out, Result r) {
    out.printf(
        Locale.ROOT,
        "%s x%d, %d samples of %dx%d LR pixels a step, threads: %d, median of %d steps each%n",
        r.architecture(),
        r.scale(),
        r.batch(),
        r.patch(),
        r.patch(),
        r.threads(),
        r.steps());
    out.printf("%-20s %10s %10s %9s %11s%n", "", "ms a step", "samples/s", "GFLOP/s", "to PyTorch");
    for (Row row : r.rows()) {
      Double ratio = row.ratioToPytorch();
      out.printf(
          Locale.ROOT,
          "%-20s %10.2f %10.1f %9.1f %11s%n",
          row.name(),
          row.milliseconds(),
          row.samplesPerSecond(),
          row.gflops(),
          ratio == null ? "-" : String.format(Locale.ROOT, "%.2f", ratio));
    }
    if (r.pytorchCollapsed()) {
      out.println("PyTorch trains the plain network that the wider factors collapse to.");
    }
    Agreement a = r.agreement();
    if (a != null) {
      out.printf(
          Locale.ROOT,
          "same step: %s, loss %.6f and %.6f, largest difference %.1e%s%n",
          a.same() ? "yes" : "no",
          a.loss(),
          a.pytorchLoss(),
          a.lossDifference(),
          ofWeights(a));
    }
    if (!r.profile().isEmpty()) {
      out.printf("%n%-28s %6s %10s %7s%n", "Subpixel's step", "calls", "ms", "share");
      for (Share share : r.profile()) {
        out.printf(
            Locale.ROOT,
            "%-28s %6d %10.3f %6.1f%%%n",
            share.operator(),
            share.calls(),
            share.milliseconds(),
            100 * share.share());
      }
    }
  }

  private static String ofWeights(Agreement agreement) {
    Double difference = agreement.weightDifference();
    return difference == null ? "" : String.format(Locale.ROOT, ", %.1e of weights", difference);
  }

  private void check(String option, int least, int greatest, int received) {
    if (received < least || received > greatest) {
      throw wrong(option, least + " to " + greatest, received);
    }
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

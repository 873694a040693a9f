package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.soak.Soak;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance soak}. */
@Command(
    name = "soak",
    description = {
      "Lets many threads share one upscaler, with pictures of mixed sizes, and prints the resident"
          + " set over time.",
      "Status 4 if a result differs from that of a single thread, or if memory grows."
    },
    sortOptions = false)
final class SoakCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many pictures (default: ${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many threads call at once (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "sesr-m5-x2",
      description = "The model (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    check("--pictures", 1_000_000, pictures);
    check("--threads", 1024, threads);
    if (!Pretrained.names().contains(model)) {
      throw wrong("--model", "one of " + Pretrained.names(), model);
    }
    PrintWriter out = spec.commandLine().getOut();
    Soak.Result result =
        new Soak(model, threads, pictures)
            .run(
                memory -> {
                  if (!json) {
                    out.printf("%7d pictures %6d MB%n", memory.pictures(), memory.megabytes());
                    out.flush();
                  }
                });
    if (json) {
      out.println(JSON.writeValueAsString(result));
    } else {
      out.printf(
          Locale.ROOT,
          "%d pictures by %d threads in %.0f s, every result right; second quarter %s MB, last %s"
              + " MB%n",
          result.pictures(),
          result.threads(),
          result.seconds(),
          result.second(),
          result.last());
    }
    out.flush();
    if (!result.flat()) {
      throw new VerificationException(
          "resident set: expected about "
              + result.second()
              + " MB to the end, received "
              + result.last()
              + " MB");
    }
    return ExitStatus.DONE;
  }

  private void check(String option, int greatest, int received) {
    if (received < 1 || received > greatest) {
      throw wrong(option, "1 to " + greatest, received);
    }
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

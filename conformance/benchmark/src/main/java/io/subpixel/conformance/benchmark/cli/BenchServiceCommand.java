package io.subpixel.conformance.benchmark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.service.ServiceLoad;
import io.subpixel.conformance.benchmark.service.ServiceLoad.Size;
import io.subpixel.conformance.benchmark.service.ServiceSoak;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance bench service}. */
@Command(
    name = "service",
    description = {
      "Times bin/runtime serve beside the library and a minimal service in Node: requests a second,"
          + " and the times within which 50 and 99 of 100 are answered.",
      "With --soak, many clients of bin/runtime serve instead: status 4 if a request is lost, a"
          + " result is wrong, an answer is neither 200 nor 429, or memory grows.",
      "Status 3 if Node or its packages are missing."
    },
    sortOptions = false)
final class BenchServiceCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");

  @Spec private CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      split = ",",
      converter = SizeConverter.class,
      defaultValue = "256x256,512x512,1920x1080",
      description = "Sizes of the pictures (default: ${DEFAULT-VALUE}).")
  private List<Size> sizes = List.of();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Clients at once (default: 4; with --soak 64).")
  private @Nullable Integer clients;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Length of a turn (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns for each contender (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "x2 model of luma (default: " + Pretrained.DEFAULT + ").")
  private String model = Pretrained.DEFAULT;

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      description = "Send pictures of mixed sizes for so long, and print the resident set.")
  private @Nullable Double soak;

  @Option(
      names = "--command",
      paramLabel = "FILE",
      defaultValue = "${sys:subpixel.bin}/runtime",
      description = "The launcher of runtime (default: that of this repository).")
  private Path command = Path.of("runtime");

  @Option(
      names = "--node",
      paramLabel = "NODE",
      defaultValue = "node",
      description = "Node.js (default: ${DEFAULT-VALUE}).")
  private String node = "node";

  @Option(
      names = "--npm",
      paramLabel = "DIR",
      defaultValue = "${sys:subpixel.bin}/../conformance/target/npm-service",
      description = "Where npm installs Node's packages (default: conformance/target/npm-service).")
  private Path npm = Path.of("npm");

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  /** Reads a size such as {@code 1920x1080}. */
  static final class SizeConverter implements ITypeConverter<Size> {
    @Override
    public Size convert(String text) {
      Matcher size = SIZE.matcher(text);
      if (!size.matches()) {
        throw new TypeConversionException("expected a size such as 512x512, received " + text);
      }
      return new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }
  }

  @Override
  public Integer call() throws IOException {
    check("--clients", clients == null ? 1 : clients, 1, 10_000);
    check("--rounds", rounds, 1, 10_000);
    check("--seconds", seconds, 0.01, 3600);
    if (!Pretrained.names().contains(model)
        || Pretrained.card(model).scale() != 2
        || Pretrained.card(model).channels() != 1) {
      throw wrong("--model", "one of the x2 luma models in " + Pretrained.names(), model);
    }
    if (!Files.isExecutable(command)) {
      CommandRunner.print(
          spec.commandLine(), "--command: expected bin/runtime, received " + command);
      return ExitStatus.UNAVAILABLE;
    }
    return soak == null ? load() : soak(soak);
  }

  private int load() throws IOException {
    ServiceLoad.Result result =
        new ServiceLoad(
                sizes,
                clients == null ? 4 : clients,
                Duration.ofMillis((long) (1000 * seconds)),
                rounds,
                model,
                command,
                node,
                npm)
            .run(this::show);
    PrintWriter out = spec.commandLine().getOut();
    if (Terminal.showsErrors()) {
      spec.commandLine().getErr().println();
    }
    if (json) {
      out.println(JSON.writeValueAsString(result));
    } else {
      out.printf(
          Locale.ROOT,
          "PNG to PNG by %s, %d clients, %d turns of %.1f s%n%-12s %-10s %10s %10s %10s %8s%n",
          result.model(),
          result.clients(),
          result.rounds(),
          result.seconds(),
          "",
          "",
          "requests/s",
          "p50 ms",
          "p99 ms",
          "ratio");
      for (ServiceLoad.Row row : result.rows()) {
        out.printf(
            Locale.ROOT,
            "%-12s %-10s %10.2f %10.1f %10.1f %8.2f%n",
            row.size(),
            row.party(),
            row.perSecond(),
            row.p50(),
            row.p99(),
            row.ratio());
      }
    }
    out.flush();
    if (result.absent() != null) {
      CommandRunner.print(spec.commandLine(), result.absent());
      return ExitStatus.UNAVAILABLE;
    }
    return ExitStatus.DONE;
  }

  private int soak(double minutes) throws IOException {
    check("--soak", minutes, 0.01, 100_000);
    PrintWriter out = spec.commandLine().getOut();
    ServiceSoak.Result result =
        new ServiceSoak(
                clients == null ? 64 : clients,
                Duration.ofMillis((long) (60_000 * minutes)),
                command)
            .run(
                memory -> {
                  if (!json) {
                    out.printf(
                        Locale.ROOT, "%8.0f s %6d MB%n", memory.seconds(), memory.megabytes());
                    out.flush();
                  }
                });
    if (json) {
      out.println(JSON.writeValueAsString(result));
    } else {
      out.printf(
          Locale.ROOT,
          "%d clients in %.0f s: answers by status %s, %d lost, %d wrong; second quarter %s MB, last"
              + " %s MB%n",
          result.clients(),
          result.seconds(),
          result.statuses(),
          result.lost(),
          result.wrong(),
          result.second(),
          result.last());
    }
    out.flush();
    return result.holds() ? ExitStatus.DONE : ExitStatus.VERIFICATION_FAILED;
  }

  private void show() {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print('.');
      err.flush();
    }
  }

  private void check(String option, double received, double least, double most) {
    if (!(received >= least && received <= most)) {
      throw wrong(option, number(least) + " to " + number(most), number(received));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

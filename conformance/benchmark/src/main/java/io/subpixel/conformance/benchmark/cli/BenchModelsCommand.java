package io.subpixel.conformance.benchmark.cli;

import static java.util.Objects.requireNonNull;

import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.ModelsBenchmark;
import io.subpixel.conformance.benchmark.ModelsBenchmark.Result;
import io.subpixel.conformance.benchmark.ModelsBenchmark.Row;
import io.subpixel.conformance.benchmark.ModelsChart;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Fonts;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conformance bench models}. */
@Command(
    name = "models",
    description =
        "Measures PSNR and the time on one core of every model, beside bicubic, and draws one"
            + " against the other.",
    sortOptions = false)
final class BenchModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** What there is to measure, or what was measured. */
  static final class Source {
    @Option(names = "--data", paramLabel = "DIR", description = "HR pictures, such as Set14.")
    private @Nullable Path data;

    @Option(
        names = "--from",
        paramLabel = "FILE",
        description = "Measure nothing: draw what --json wrote.")
    private @Nullable Path from;
  }

  @Option(
      names = "--scale",
      paramLabel = "K",
      split = ",",
      description = "Scales (default: ${DEFAULT-VALUE}).")
  private List<Integer> scales = List.of(2, 3, 4);

  @Option(
      names = "--also",
      paramLabel = "FILE.onnx",
      split = ",",
      description = "Models of others, to be measured beside.")
  private List<Path> others = List.of();

  @Option(
      names = "--degradation",
      paramLabel = "ID",
      description =
          "How LR is made from HR for all models (default: bicubic-uint8-clamp; see"
              + " docs/degradations.md).")
  private @Nullable String degradation;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Turns for each model (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--picture", paramLabel = "FILE.png", description = "Draw a PNG picture.")
  private @Nullable Path picture;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || rounds > 10_000) {
      throw wrong("--rounds", "1 to 10000", rounds);
    }
    for (int scale : scales) {
      if (Pretrained.names().stream().noneMatch(name -> Pretrained.card(name).scale() == scale)) {
        throw wrong("--scale", "a scale of a model", scale);
      }
    }
    if (picture != null && !Fonts.areThere()) {
      throw new UnavailableException(picture + ": expected fonts for the picture, received none");
    }
    for (@Nullable Path target : new @Nullable Path[] {picture, json}) {
      if (target != null) {
        // An unwritable place is found before anything is measured.
        AtomicFile.create(target).close();
      }
    }
    Result result = result();
    print(result);
    if (json != null) {
      AtomicFile.write(json, file -> Files.writeString(file, result.toJson() + "\n"));
    }
    if (picture != null) {
      AtomicFile.write(
          picture, file -> ImageIO.write(ModelsChart.draw(result), "png", file.toFile()));
    }
    return ExitStatus.DONE;
  }

  private Result result() throws IOException {
    if (source.from != null) {
      return Result.read(source.from);
    }
    List<Integer> each = scales.stream().distinct().toList();
    return ModelsBenchmark.run(
        each, others, requireNonNull(source.data), degradation(), rounds, this::show);
  }

  private Degradation degradation() {
    if (degradation == null) {
      return Degradation.DEFAULT;
    }
    try {
      return Degradation.parse(degradation);
    } catch (InvalidInputException e) {
      throw wrong("--degradation", e.expected(), e.received());
    }
  }

  private void show() {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print('.');
      err.flush();
    }
  }

  private void print(Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (Terminal.showsErrors()) {
      spec.commandLine().getErr().println();
    }
    out.printf(
        "%s, %d pictures, %s; median of %d turns on one core, to %dx%d%n%-24s %5s %10s %8s%n",
        result.data(),
        result.pictures(),
        result.degradation(),
        result.rounds(),
        ModelsBenchmark.WIDTH,
        ModelsBenchmark.HEIGHT,
        "",
        "scale",
        "ms",
        "PSNR dB");
    for (Row row : result.rows()) {
      out.printf(
          Locale.ROOT,
          "%-24s %5d %10.1f %8.2f%s%n",
          row.model(),
          row.scale(),
          row.milliseconds(),
          row.psnr(),
          row.foreign() ? "  trained for another degradation" : "");
    }
    out.flush();
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.matrix.Figures;
import io.subpixel.conformance.matrix.HrPicture;
import io.subpixel.conformance.matrix.Machine;
import io.subpixel.conformance.matrix.MatrixResult;
import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixResult.RuntimeEntry;
import io.subpixel.conformance.matrix.MatrixResult.SubjectEntry;
import io.subpixel.conformance.matrix.MatrixResult.Verdict;
import io.subpixel.conformance.matrix.MatrixRun;
import io.subpixel.conformance.matrix.Reference;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.conformance.matrix.Subjects;
import io.subpixel.conformance.matrix.adapter.Adapters;
import io.subpixel.conformance.matrix.adapter.Runtimes;
import io.subpixel.conformance.matrix.cli.PlacesOptions;
import io.subpixel.conformance.matrix.page.Gallery;
import io.subpixel.conformance.matrix.page.MatrixPage;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance run}. */
@Command(
    name = "run",
    description = {
      "Runs every network in every runtime and compares them with SameDiff.",
      "Status 4 if values differ by more than 1e-4, PSNR by more than 1e-4 dB, or bytes of a pixel"
          + " model otherwise than by a rounding edge; 3 if a runtime asked for by name is absent."
    },
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final int DRAWN = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--models",
      paramLabel = "NAME",
      split = ",",
      description = "Only these networks (default: all); any other name is answered with theirs.")
  private @Nullable List<String> models;

  @Option(
      names = "--from",
      paramLabel = "RUN|MODEL.fb",
      description = "A network of your own, alone or beside --models; with --onnx.")
  private @Nullable Path from;

  @Option(
      names = "--onnx",
      paramLabel = "MODEL.onnx",
      description = "The model exported from it, with a card.")
  private @Nullable Path onnx;

  @Option(
      names = "--runtimes",
      paramLabel = "NAME",
      split = ",",
      description = "Only these beside samediff (default: all that are installed).")
  private @Nullable List<String> runtimes;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      description =
          "HR pictures: a folder of them, or one (default: " + DRAWN + " that are drawn).")
  private @Nullable Path data;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Timed turns of each model on each picture (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there.")
  private @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with the matrix, pictures and maps of differences there.")
  private @Nullable Path html;

  @Mixin private final PlacesOptions places = new PlacesOptions();

  @Override
  public Integer call() throws IOException {
    check();
    List<Adapters> wanted =
        Arrays.stream(Adapters.values())
            .filter(runtime -> runtimes == null || runtimes.contains(runtime.id()))
            .toList();
    List<HrPicture> pictures = data == null ? HrPicture.drawn(DRAWN) : HrPicture.of(data);
    // Fails before the work where a file can't be written.
    for (Path target : Stream.of(json, html).filter(Objects::nonNull).toList()) {
      AtomicFile.create(target).close();
    }
    List<SubjectEntry> subjects = new ArrayList<>();
    List<Cell> cells = new ArrayList<>();
    Gallery gallery = new Gallery();
    MatrixRun.Observer observer = html == null ? new Lines() : new Both(new Lines(), gallery);
    MatrixResult result;
    try (Runtimes open = Runtimes.open(wanted, places.places(), runtimes != null)) {
      MatrixRun run =
          new MatrixRun(Adapters.SAMEDIFF.id(), open.reference(), open.others(), pictures, rounds);
      header(open.entries());
      for (Maker maker : makers()) {
        Subject subject = maker.make();
        subjects.add(
            new SubjectEntry(
                subject.name(),
                subject.origin(),
                subject.referenceName(),
                subject.card().scale(),
                subject.card().colour().id()));
        cells.addAll(run.run(subject, observer));
      }
      result =
          new MatrixResult(
              Machine.facts(),
              spec.qualifiedName() + " " + String.join(" ", arguments()),
              data == null ? DRAWN + " drawn pictures" : pictures.size() + " of " + data,
              open.entries(),
              subjects,
              cells);
    }
    if (json != null) {
      AtomicFile.write(json, file -> Files.writeString(file, JSON.writeValueAsString(result)));
    }
    if (html != null) {
      String page = MatrixPage.write(result, gallery);
      AtomicFile.write(html, file -> Files.writeString(file, page));
    }
    return judge(result);
  }

  /** Makes a network lazily. */
  @FunctionalInterface
  private interface Maker {
    Subject make() throws IOException;
  }

  private List<Maker> makers() {
    List<Maker> makers = new ArrayList<>();
    Path trained = from;
    Path exported = onnx;
    if (trained != null && exported != null) {
      makers.add(() -> given(trained, exported));
    }
    List<String> names = models;
    if (names == null) {
      names = from == null ? Subjects.names() : List.of();
    }
    names.stream().distinct().forEach(name -> makers.add(() -> Subjects.make(name)));
    return makers;
  }

  private static Subject given(Path trained, Path exported) throws IOException {
    NetworkFile network = NetworkFile.read(trained);
    for (String needed : List.of(Network.LR, Network.SR)) {
      if (!network.sameDiff().hasVariable(needed)) {
        throw new InvalidInputException(
            network.file().toString(), "a network with a variable named " + needed, "none");
      }
    }
    try (Upscaler upscaler = Upscaler.builder().model(exported).device(Device.CPU).open()) {
      return Subjects.of(network.sameDiff(), upscaler.card(), Files.readAllBytes(exported));
    }
  }

  private void check() {
    if (models != null) {
      checkNames("--models", models, Subjects.names());
    }
    if (runtimes != null) {
      checkNames("--runtimes", runtimes, Adapters.ids());
      if (runtimes.stream().allMatch(Adapters.SAMEDIFF.id()::equals)) {
        throw wrong("--runtimes", "others than what they are compared with", runtimes);
      }
    }
    if (rounds < 1 || rounds > 1000) {
      throw wrong("--rounds", "1 to 1000", rounds);
    }
    if ((from == null) != (onnx == null)) {
      throw wrong(
          "--from and --onnx", "both or neither", from == null ? "--onnx alone" : "--from alone");
    }
  }

  private void checkNames(String option, List<String> received, List<String> known) {
    received.stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw wrong(option, "names of " + String.join(", ", known), name);
            });
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }

  private List<String> arguments() {
    return spec.commandLine().getParseResult().originalArgs().stream()
        .filter(argument -> !argument.equals(spec.name()))
        .toList();
  }

  private void header(List<RuntimeEntry> entries) {
    PrintWriter out = spec.commandLine().getOut();
    for (RuntimeEntry entry : entries) {
      out.printf(
          "%-18s %s%n",
          entry.id(), entry.absent() == null ? entry.version() : "absent: " + entry.absent());
    }
    out.printf(
        "%n%-26s %-7s %-18s %-9s %10s %7s %9s %9s %11s %9s%n",
        "network",
        "form",
        "runtime",
        "",
        "PSNR",
        "SSIM",
        "dB apart",
        "largest",
        "equal bytes",
        "ms");
    out.flush();
  }

  /** Passes results to two observers. */
  private record Both(MatrixRun.Observer one, MatrixRun.Observer other)
      implements MatrixRun.Observer {
    @Override
    public void made(Subject subject, String runtime, Reference picture, Plane[] sr) {
      one.made(subject, runtime, picture, sr);
      other.made(subject, runtime, picture, sr);
    }

    @Override
    public void judged(Cell cell) {
      one.judged(cell);
      other.judged(cell);
    }
  }

  /** Prints each cell as soon as it is judged. */
  private final class Lines implements MatrixRun.Observer {
    @Override
    public void made(Subject subject, String runtime, Reference picture, Plane[] sr) {}

    @Override
    public void judged(Cell cell) {
      PrintWriter out = spec.commandLine().getOut();
      Figures figures = cell.summary().orElse(null);
      String start =
          String.format(
              "%-26s %-7s %-18s %-9s",
              cell.subject(), name(cell.form()), cell.runtime(), name(cell.verdict()));
      String numbers =
          figures == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  " %7.3f dB %7.4f %9.1e %9.1e %9.4f %% %9.2f",
                  figures.psnr(),
                  figures.ssim(),
                  figures.psnrDifference(),
                  figures.largestDifference(),
                  100 * figures.equalBytes(),
                  figures.milliseconds());
      out.println(start + numbers + (cell.reason() == null ? "" : "  " + cell.reason()));
      out.flush();
    }
  }

  private int judge(MatrixResult result) {
    PrintWriter out = spec.commandLine().getOut();
    String counts =
        Arrays.stream(Verdict.values())
            .map(verdict -> count(result, verdict) + " " + name(verdict))
            .collect(Collectors.joining(", "));
    String absent =
        result.runtimes().stream()
            .filter(runtime -> runtime.absent() != null)
            .map(RuntimeEntry::id)
            .collect(Collectors.joining(", "));
    out.printf(
        "%n%d networks on %s: %s%s%n",
        result.subjects().size(),
        result.data(),
        counts,
        absent.isEmpty() ? "" : "; absent, so not compared: " + absent);
    out.flush();
    List<Cell> failures =
        result.cells().stream().filter(cell -> cell.verdict().isFailure()).toList();
    if (!failures.isEmpty()) {
      Cell first = failures.get(0);
      throw new VerificationException(
          String.format(
              "%s (%s) in %s: %s%s",
              first.subject(),
              name(first.form()),
              first.runtime(),
              first.reason(),
              failures.size() == 1 ? "" : "; and " + (failures.size() - 1) + " more"));
    }
    return ExitStatus.DONE;
  }

  private static long count(MatrixResult result, Verdict verdict) {
    return result.cells().stream().filter(cell -> cell.verdict() == verdict).count();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

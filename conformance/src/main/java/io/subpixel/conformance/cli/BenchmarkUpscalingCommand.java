package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.conformance.benchmark.Batch;
import io.subpixel.conformance.benchmark.Clip;
import io.subpixel.conformance.benchmark.OpenCv;
import io.subpixel.conformance.benchmark.Python;
import io.subpixel.conformance.benchmark.Start;
import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code conformance benchmark upscaling}. */
@Command(
    name = "upscaling",
    description = {
      "Times Subpixel's upscaling beside what one would take in its place, in turns.",
      "Status 3 if something that a table needs isn't there."
    },
    sortOptions = false)
final class BenchmarkUpscalingCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** What can be compared. */
  enum Comparison {
    LIBRARY,
    BATCH,
    OPENCV,
    START,
    CLIP
  }

  /** What came out. */
  record Result(int cores, List<Table> tables) {}

  @Spec private CommandSpec spec;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      split = ",",
      description = "Only these: library, batch, opencv, start, clip (default: all).")
  private List<Comparison> comparisons = List.of(Comparison.values());

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      description = "The x2 models of library, opencv and clip (default: ${DEFAULT-VALUE}).")
  private List<String> models = List.of("espcn-x2", "sesr-m11-x2", "sesr-m5-x2", "sesr-tiny-x2");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Turns for each party (default: ${DEFAULT-VALUE}); of batch and clip, a third of that.")
  private int rounds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "batch: photographs, of which those of at most 3840x2160 pixels count.")
  private @Nullable Path data;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "batch: how many of them; if there are fewer, they are taken again (default:"
              + " ${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "opencv: one with OpenCV (default: python3, then /usr/bin/python3).")
  private @Nullable String python;

  @Option(
      names = "--opencv-model",
      paramLabel = "FILE.pb",
      description = "opencv: ESPCN_x2.pb, as its authors published it.")
  private @Nullable Path opencvModel;

  @Option(
      names = "--hr",
      paramLabel = "DIR",
      description = "opencv: HR pictures, such as Set5, to measure PSNR on as well.")
  private @Nullable Path hr;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      defaultValue = "node",
      description = "start: the program (default: ${DEFAULT-VALUE}).")
  private String node;

  @Option(
      names = "--node-modules",
      paramLabel = "DIR",
      description = "start: a folder node_modules with onnxruntime-node and sharp.")
  private @Nullable Path modules;

  @Option(
      names = "--command",
      paramLabel = "FILE",
      defaultValue = "${sys:subpixel.bin}/runtime",
      description = "start: the launcher of runtime (default: that of this repository).")
  private Path command;

  @Option(
      names = "--clip",
      paramLabel = "CLIP",
      description = "clip: what to upscale; of 960x540, it becomes 1080p.")
  private @Nullable Path clip;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "clip: how much of it (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      split = ",",
      description = "clip: what it is written with (default: ${DEFAULT-VALUE}).")
  private List<String> codecs = List.of("h264", "av1", "mpeg4");

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    check("--rounds", rounds);
    check("--pictures", pictures);
    for (String model : models) {
      if (!Pretrained.names().contains(model) || Pretrained.card(model).scale() != 2) {
        throw wrong("--model", "one of the x2 models in " + Pretrained.names(), model);
      }
    }
    List<Table> tables = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      Table table =
          switch (comparison) {
            case LIBRARY -> UpscalingBenchmark.library(models, rounds, this::show);
            case BATCH -> batch();
            case OPENCV -> opencv();
            case START -> start();
            case CLIP -> clip();
          };
      tables.add(table);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (Terminal.showsErrors()) {
      spec.commandLine().getErr().println();
    }
    if (json) {
      int cores = Runtime.getRuntime().availableProcessors();
      out.println(JSON.writeValueAsString(new Result(cores, tables)));
    } else {
      tables.forEach(table -> print(out, table));
    }
    out.flush();
    return tables.stream().anyMatch(table -> table.absent() != null)
        ? ExitStatus.UNAVAILABLE
        : ExitStatus.DONE;
  }

  private Table batch() throws IOException {
    return data == null
        ? Table.absent("batch", "--data: expected a folder of photographs, received none")
        : new Batch(data, pictures, Pretrained.DEFAULT).run((rounds + 2) / 3, this::show);
  }

  private Table opencv() throws IOException {
    List<String> candidates = python == null ? Python.USUAL : List.of(python);
    Python found = Python.find(candidates, Python.OPENCV).orElse(null);
    if (found == null) {
      return Table.absent(
          "opencv",
          "--python: expected a Python with OpenCV's dnn_superres, such as Debian's"
              + " python3-opencv, received none in "
              + candidates);
    }
    if (opencvModel == null || !Files.isRegularFile(opencvModel)) {
      return Table.absent(
          "opencv",
          "--opencv-model: expected ESPCN_x2.pb, in export/ of fannymonori/TF-ESPCN on GitHub,"
              + " received "
              + (opencvModel == null ? "none" : opencvModel));
    }
    return new OpenCv(found, opencvModel).run(models, hr, rounds, this::show);
  }

  private Table start() throws IOException {
    if (modules == null
        || !Files.isDirectory(modules.resolve("onnxruntime-node"))
        || !Files.isDirectory(modules.resolve("sharp"))) {
      return Table.absent(
          "start",
          "--node-modules: expected a folder with onnxruntime-node and sharp (npm install"
              + " onnxruntime-node sharp), received "
              + (modules == null ? "none" : modules));
    }
    if (!Files.isExecutable(command)) {
      return Table.absent("start", "--command: expected bin/runtime, received " + command);
    }
    return new Start(command, node, modules).run(rounds, this::show);
  }

  private Table clip() throws IOException {
    if (!(seconds > 0)) {
      throw wrong("--seconds", "more than 0", seconds);
    }
    return clip == null
        ? Table.absent("clip", "--clip: expected a clip, received none")
        : new Clip(clip, seconds, codecs).run(models, (rounds + 2) / 3, this::show);
  }

  private void show() {
    if (Terminal.showsErrors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print('.');
      err.flush();
    }
  }

  private static void print(PrintWriter out, Table table) {
    if (table.absent() != null) {
      out.printf("%s: absent: %s%n%n", table.title(), table.absent());
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
    out.println();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  private void check(String option, int received) {
    if (received < 1 || received > 10_000) {
      throw wrong(option, "1 to 10000", received);
    }
  }

  private ParameterException wrong(String option, Object expected, Object received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}

package io.subpixel.converter.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.ExportReport;
import io.subpixel.converter.ExportReport.NodeReport;
import io.subpixel.converter.ExportReport.Port;
import io.subpixel.converter.Io;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.QualityLoss;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.converter.verification.Trial;
import io.subpixel.converter.verification.ValueResult;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code converter export}: writes a network as ONNX and compares every value. */
@Command(
    name = "export",
    description =
        "Writes a SameDiff or Deeplearning4j network as ONNX, once ONNX Runtime computes the same.")
final class ExportCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Parts that one line names. */
  private static final int MOST_NAMED = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "OUT.onnx", description = "The file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--from",
      required = true,
      paramLabel = "RUN|MODEL.fb|NETWORK.zip",
      description =
          "A folder with model.fb and card.json, a SameDiff network with a card beside it or none,"
              + " or a Deeplearning4j network.")
  private Path from = Path.of("");

  @Option(
      names = "--inputs",
      split = ",",
      paramLabel = "NAME",
      description = "Inputs; variables too, which then are fed instead of stored.")
  private List<String> inputs = List.of();

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "Outputs; by default sr, or what a loss reads and what nothing reads.")
  private List<String> outputs = List.of();

  @Option(
      names = "--shape",
      paramLabel = "INPUT=SIZES",
      parameterConsumer = ShapeOptions.class,
      description =
          "Sizes of inputs, where the network doesn't say, as x=-1,3,224,224: -1 or a name for"
              + " unknown ones. Those of one name are the same, as in q=N,8,T k=N,8,T.")
  private Map<String, Shape> shapes = Map.of();

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      description = "Largest difference, as a share of a tensor's largest magnitude (1e-5).")
  private @Nullable Double tolerance;

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "Version of ONNX's operators, " + Opset.LEAST + " to " + Opset.MOST + ".")
  private @Nullable Integer opset;

  @Option(
      names = "--io",
      paramLabel = "FORM",
      description = {
        "plain (as the network has it), nhwc (channels last) or rgb8 (uint8 [N,H,W,3] in and out,",
        "with colour, chroma, clipping and rounding in the graph); the latter two need a card."
      })
  private Io io = Io.PLAIN;

  @Option(names = "--half", description = "Weights and values of float16 for those of float32.")
  private boolean half;

  @Option(
      names = "--masks",
      description =
          "Give each sequence of a Deeplearning4j network another input, bool [N,T], that says which"
              + " steps count.")
  private boolean masks;

  @Option(
      names = "--class-path",
      split = ":",
      paramLabel = "JAR|DIR",
      description = "Classes of your own that a Deeplearning4j network names; their code runs.")
  private List<Path> classPath = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "HR pictures on which --half is measured; without, a drawn one.")
  private @Nullable Path data;

  @Option(
      names = "--dry-run",
      description = "Only say what can't be exported; status 1 if there is anything.")
  private boolean dryRun;

  @Option(names = "--report", paramLabel = "FILE.json", description = "Write the results as JSON.")
  private @Nullable Path report;

  @Option(names = "--no-verify", description = "Don't compare with SameDiff.")
  private boolean noVerify;

  @Override
  public Integer call() throws IOException {
    ExportOptions options = options();
    List<ExportReport> reports = new ArrayList<>();
    List<String> masked = new ArrayList<>();
    try {
      if (isZip(from)) {
        Deeplearning4jNetwork network = Deeplearning4jNetwork.read(from, classPath);
        if (dryRun) {
          return dryRun(OnnxExport.problems(network, options));
        }
        OnnxExport.export(network, options, out, reports::add);
        masked.addAll(masks ? List.of() : network.maskable());
      } else {
        NetworkFile network = NetworkFile.read(from);
        options = network.card().map(options::withCard).orElse(options);
        if (dryRun) {
          return dryRun(OnnxExport.problems(network.sameDiff(), options));
        }
        if (half && network.card().isPresent()) {
          options = measured(network, network.card().get(), options);
        }
        OnnxExport.export(network.sameDiff(), options, out, reports::add);
      }
    } catch (UnknownNameException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    } catch (UnsupportedModelException e) {
      CommandRunner.print(spec.commandLine(), brief(e.problems()));
      if (e.problems().size() > 1) {
        dryRun(e.problems());
      }
      return ExitStatus.INPUT_FAILED;
    } catch (VerificationException e) {
      // The line first, its details behind it.
      CommandRunner.print(spec.commandLine(), String.valueOf(e.getMessage()));
      return ExitStatus.VERIFICATION_FAILED;
    } finally {
      for (ExportReport made : reports) {
        if (made.nodes().stream().allMatch(NodeReport::converted)) {
          print(made);
        }
        if (report != null) {
          AtomicFile.write(report, file -> Files.writeString(file, JSON.writeValueAsString(made)));
        }
      }
    }
    PrintWriter lines = spec.commandLine().getOut();
    if (!masked.isEmpty()) {
      lines.println(
          "All steps count: a mask of "
              + String.join(", ", masked)
              + " is left out; --masks makes it an input.");
    }
    lines.println("Wrote " + out + ", " + Files.size(out) + " bytes.");
    lines.flush();
    return ExitStatus.DONE;
  }

  /** Says what float16 loses, and puts it into the card. */
  private ExportOptions measured(NetworkFile network, ModelCard card, ExportOptions options)
      throws IOException {
    Path folder = Files.createTempDirectory("subpixel-half");
    Path whole = folder.resolve("whole.onnx");
    Path reduced = folder.resolve("half.onnx");
    ExportOptions plain = options.withIo(Io.PLAIN).withVerify(false);
    try {
      OnnxExport.export(network.sameDiff(), plain.withHalf(false), whole);
      OnnxExport.export(network.sameDiff(), plain, reduced);
      QualityLoss loss = QualityLoss.measure(Optional.ofNullable(data), card, whole, reduced);
      PrintWriter lines = spec.commandLine().getOut();
      lines.printf(
          Locale.ROOT,
          "float16     %.3f dB on %s, %.3f dB at float32%n",
          loss.psnr(),
          loss.data(),
          loss.psnrAtFloat32());
      lines.flush();
      return options.withCard(card.with("float16", loss));
    } finally {
      Files.deleteIfExists(whole);
      Files.deleteIfExists(reduced);
      Files.deleteIfExists(folder);
    }
  }

  private static String brief(List<Problem> problems) {
    List<String> others = problems.stream().skip(1).map(Problem::where).distinct().toList();
    int named = Math.min(MOST_NAMED, others.size());
    return (problems.size() == 1 ? "1 part" : problems.size() + " parts")
        + " of the network can't be exported: "
        + problems.get(0)
        + (named == 0 ? "" : "; nor " + String.join(", ", others.subList(0, named)))
        + (others.size() > named ? " and " + (others.size() - named) + " more" : "");
  }

  private static boolean isZip(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  private int dryRun(List<Problem> problems) {
    PrintWriter lines = spec.commandLine().getOut();
    if (problems.isEmpty()) {
      lines.println("All of it can be exported.");
    } else {
      TextTable table = new TextTable("NODE", "OPERATOR", "REASON", "HELP");
      problems.forEach(p -> table.add(p.where(), p.operator(), p.reason(), p.help()));
      lines.print(table);
    }
    lines.flush();
    return problems.isEmpty() ? ExitStatus.DONE : ExitStatus.INPUT_FAILED;
  }

  private ExportOptions options() {
    ExportOptions options =
        ExportOptions.DEFAULT
            .withInputs(inputs)
            .withOutputs(outputs)
            .withVerify(!noVerify)
            .withIo(io)
            .withName(name())
            .withHalf(half)
            .withMasks(masks);
    try {
      for (Map.Entry<String, Shape> shape : shapes.entrySet()) {
        options = options.withShape(shape.getKey(), shape.getValue());
      }
      options = tolerance == null ? options : options.withTolerance(tolerance);
      return opset == null ? options : options.withOpset(opset);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** The graph is named after the file that it comes from. */
  private String name() {
    Path file = from.toAbsolutePath().normalize().getFileName();
    String name = file == null ? "" : file.toString().replaceFirst("\\.(fb|zip)$", "");
    return name.isEmpty() ? "network" : name;
  }

  private void print(ExportReport made) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.printf("opset       %d (IR version %d)%n", made.opset(), made.irVersion());
    lines.printf("inputs      %s%n", ports(made.inputs()));
    lines.printf("outputs     %s%n", ports(made.outputs()));
    lines.printf("parameters  %d%n", made.parameters());
    if (made.verified()) {
      lines.printf("sizes       %s%n", sizes(made.trials()));
      made.notes().forEach(note -> lines.printf("note        %s%n", note));
      lines.printf("tolerance   %s of each tensor's largest magnitude%n", made.tolerance());
      printNodes(made, lines);
    }
    lines.flush();
  }

  private static void printNodes(ExportReport made, PrintWriter lines) {
    lines.println();
    TextTable table = new TextTable("NODE", "OPERATOR", "ABSOLUTE", "RELATIVE", "");
    for (NodeReport node : made.nodes()) {
      table.add(
          node.node(),
          node.operator(),
          format(node.absolute()),
          format(node.relative()),
          node.accurate() ? "ok" : node.fault());
    }
    for (ValueResult output : made.shipped()) {
      table.add(
          output.value(),
          "(output of the file)",
          format(output.absolute()),
          format(output.relative()),
          output.accurate() ? "ok" : output.fault());
    }
    lines.println(table);
  }

  private static String format(double difference) {
    return String.format(Locale.ROOT, "%.2e", difference);
  }

  private static String ports(List<Port> ports) {
    return ports.stream()
        .map(port -> "%s %s %s".formatted(port.name(), port.type(), port.shape()))
        .collect(Collectors.joining(", "));
  }

  private static String sizes(List<Trial> trials) {
    return trials.stream()
        .map(
            trial ->
                trial.inputs().values().stream()
                        .map(
                            sizes ->
                                sizes.stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining("x")))
                        .collect(Collectors.joining("+"))
                    + (trial.ran() ? "" : " (refused: " + trial.note() + ")"))
        .collect(Collectors.joining(", "));
  }
}

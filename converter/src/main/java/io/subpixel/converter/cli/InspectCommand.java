package io.subpixel.converter.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.OnnxCost;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code converter inspect}: what a model has, without running it. */
@Command(
    name = "inspect",
    description =
        "Shows a model's inputs, outputs, nodes, parameters, work, receptive radius and card.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "MODEL",
      description = "A folder with model.fb, a .fb, a Deeplearning4j .zip or a .onnx.")
  private Path model = Path.of("");

  @Option(
      names = "--class-path",
      split = ":",
      paramLabel = "JAR|DIR",
      description = "Classes of your own that a Deeplearning4j network names; their code runs.")
  private List<Path> classPath = List.of();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String name = model.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      print(OnnxFile.read(model), out);
    } else if (name.endsWith(".zip")) {
      print(Deeplearning4jNetwork.read(model, classPath), out);
    } else {
      print(NetworkFile.read(model), out);
    }
    out.flush();
    return ExitStatus.DONE;
  }

  private void print(OnnxFile file, PrintWriter out) throws IOException {
    out.printf(
        "format      ONNX, opset %d, IR version %d, by %s%n",
        file.opset(), file.irVersion(), file.producer());
    file.inputs().forEach((name, shape) -> out.printf("input       %s %s%n", name, shape));
    file.outputs().forEach((name, shape) -> out.printf("output      %s %s%n", name, shape));
    printOperators(file.operators(), out);
    out.printf("parameters  %d%n", file.parameters());
    OnnxCost cost = file.cost();
    cost.macs().ifPresent(macs -> out.printf("MACs        %d%n", macs));
    cost.macsPerPixel().ifPresent(macs -> out.printf("MACs        %d per input pixel%n", macs));
    cost.receptiveRadius().ifPresent(radius -> out.printf("radius      %d input pixels%n", radius));
    String card = file.metadata().get(ModelCard.METADATA_KEY);
    if (card == null) {
      out.println("card        none");
    } else {
      print(ModelCard.fromJson(card, model + ": " + ModelCard.METADATA_KEY), out);
    }
  }

  private static void print(NetworkFile file, PrintWriter out) throws IOException {
    SameDiff network = file.sameDiff();
    out.println("format      SameDiff");
    long parameters = 0;
    for (SDVariable variable : network.variables()) {
      long[] shape = variable.getShape();
      if (variable.isPlaceHolder()) {
        String sizes = shape == null ? "of any shape" : Arrays.toString(shape).replace(" ", "");
        out.printf("input       %s %s%n", variable.name(), sizes);
      }
      parameters += trained(variable);
    }
    printShared(network, out);
    List<String> read =
        network.getOps().values().stream()
            .filter(op -> op.getInputsToOp() != null)
            .flatMap(op -> op.getInputsToOp().stream())
            .toList();
    network.getOps().values().stream()
        .flatMap(op -> op.getOutputsOfOp().stream())
        .filter(name -> name.equals("sr") || !read.contains(name))
        .map(name -> network.getLossVariables().contains(name) ? name + " (loss)" : name)
        .forEach(name -> out.printf("output      %s%n", name));
    printOperators(network.getOps().values().stream().map(op -> op.getOp().opName()).toList(), out);
    out.printf("parameters  %d%n", parameters);
    file.card().ifPresentOrElse(card -> print(card, out), () -> out.println("card        none"));
  }

  private static void print(Deeplearning4jNetwork network, PrintWriter out) throws IOException {
    SameDiff translated = network.toSameDiff();
    out.printf("format      Deeplearning4j, %d layers and vertices%n", network.layers().size());
    Map<String, long[]> shapes = network.inputShapes();
    for (String input : network.inputs()) {
      long[] shape = shapes.get(input);
      String sizes = shape == null ? "of any shape" : Arrays.toString(shape).replace(" ", "");
      out.printf("input       %s %s%n", input, sizes);
    }
    printShared(translated, out);
    for (String input : network.maskable()) {
      out.printf(
          "mask        %s [N,T] of %s, by export --masks%n",
          Deeplearning4jNetwork.maskOf(input), input);
    }
    network.outputs().forEach(output -> out.printf("output      %s%n", output));
    printOperators(
        translated.getOps().values().stream().map(op -> op.getOp().opName()).toList(), out);
    out.printf("parameters  %d%n", network.parameters());
  }

  /** Says which unknown sizes of several inputs are the same. */
  private static void printShared(SameDiff network, PrintWriter out) throws IOException {
    Map<String, Shape> shapes;
    try {
      shapes = OnnxExport.inputShapes(network, ExportOptions.DEFAULT);
    } catch (UnknownNameException e) {
      return; // It has no outputs of its own.
    }
    Map<String, Set<String>> readers = new TreeMap<>();
    shapes.forEach(
        (input, shape) ->
            shape.dims().stream()
                .filter(dim -> !dim.isFixed())
                .forEach(
                    dim -> readers.computeIfAbsent(dim.label(), l -> new TreeSet<>()).add(input)));
    if (readers.values().stream().anyMatch(inputs -> inputs.size() > 1)) {
      out.printf(
          "shared      %s%n",
          shapes.entrySet().stream()
              .map(shape -> shape.getKey() + " " + shape.getValue())
              .collect(Collectors.joining(", ")));
    }
  }

  private static long trained(SDVariable variable) {
    return switch (variable.getVariableType()) {
      case VARIABLE -> variable.getArr().length();
      case CONSTANT, ARRAY, PLACEHOLDER, SEQUENCE -> 0;
    };
  }

  private static void print(ModelCard card, PrintWriter out) {
    out.println("card");
    out.print(card.toJson());
  }

  private static void printOperators(List<String> operators, PrintWriter out) {
    Map<String, Long> counts =
        operators.stream()
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    out.printf(
        "nodes       %d: %s%n",
        operators.size(),
        counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", ")));
  }
}

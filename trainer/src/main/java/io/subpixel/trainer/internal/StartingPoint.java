package io.subpixel.trainer.internal;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.network.Activation;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;

/**
 * The weights that a training begins with: those of a run, of an ONNX file, or of a model that the
 * library contains.
 */
public final class StartingPoint {
  /** What the names of a convolution's kernel, of its factors and of its short cut end in. */
  private static final String KERNEL = "_weight";

  private static final String BIAS = "_bias";
  private static final String EXPAND = "_expand";
  private static final String PROJECT = "_project";
  private static final String SHORTCUT = "_shortcut";

  /** What the name of PReLU's variable ends in. */
  private static final String SLOPE = "_slope";

  private final String where;
  private final Map<String, INDArray> weights;
  private final Set<Activation> activations;
  private final Optional<ModelCard> card;

  /**
   * Creates one.
   *
   * @param operators of the graph, in ONNX's or SameDiff's names
   */
  private StartingPoint(
      String where,
      Map<String, INDArray> weights,
      Set<String> operators,
      Optional<ModelCard> card) {
    this.where = where;
    this.weights = weights;
    this.activations = activations(weights, operators);
    this.card = card;
  }

  /**
   * Reads a model.
   *
   * @param from the folder of a run, an ONNX file or, if there is no such file, the name of a
   *     shipped model
   * @throws InvalidInputException if it is none of them, or is broken
   */
  public static StartingPoint of(Path from) throws IOException {
    String name = from.toString();
    if (from.endsWith(RunFolder.MODEL)) {
      return ofRun(from.resolveSibling(""));
    }
    if (Files.isRegularFile(from)) {
      return ofOnnx(name, Files.readAllBytes(from));
    }
    if (isShipped(from)) {
      return ofOnnx(name, Pretrained.onnx(name));
    }
    return ofRun(from);
  }

  /** Whether this is the name of a shipped model; any file goes before it. */
  static boolean isShipped(Path from) {
    return !Files.exists(from) && Pretrained.names().contains(from.toString());
  }

  private static StartingPoint ofOnnx(String where, byte[] onnx) throws InvalidInputException {
    OnnxWeights weights = OnnxWeights.read(where, onnx);
    return new StartingPoint(where, weights.byVariable(), weights.operators(), weights.card());
  }

  private static StartingPoint ofRun(Path folder) throws IOException {
    Path file = folder.resolve(RunFolder.MODEL);
    String expected = "the model of a run";
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          folder.toString(),
          "a run with its model, an ONNX file or one of " + Pretrained.names(),
          Files.isDirectory(folder) ? "a folder without " + RunFolder.MODEL : "no such file");
    }
    SameDiff graph;
    try {
      graph = SameDiff.load(file.toFile(), false);
    } catch (RuntimeException e) {
      throw new InvalidInputException(file.toString(), expected, "something else", e);
    }
    Map<String, INDArray> weights = new HashMap<>();
    for (SDVariable variable : graph.variables()) {
      boolean isWeight =
          variable.getVariableType() == VariableType.VARIABLE || variable.name().endsWith(SHORTCUT);
      INDArray values = isWeight ? variable.getArr() : null;
      if (values != null) {
        weights.put(variable.name(), values);
      }
    }
    Path card = folder.resolve(ModelCard.FILE_NAME);
    return new StartingPoint(
        file.toString(),
        weights,
        Arrays.stream(graph.ops()).map(DifferentialFunction::opName).collect(Collectors.toSet()),
        Files.exists(card) ? Optional.of(ModelCard.read(card)) : Optional.empty());
  }

  private static Set<Activation> activations(Map<String, INDArray> weights, Set<String> operators) {
    // A network's own form of it has a ReLU.
    if (weights.keySet().stream().anyMatch(name -> name.endsWith(SLOPE))) {
      return EnumSet.of(Activation.PRELU);
    }
    Set<Activation> found = EnumSet.noneOf(Activation.class);
    for (String operator : operators) {
      for (Activation activation : Activation.values()) {
        if (activation.name().replace("_", "").equalsIgnoreCase(operator)) {
          found.add(activation);
        }
      }
    }
    return found;
  }

  /** Returns the activations that the model has. */
  public Set<Activation> activations() {
    return activations;
  }

  /** Returns the model's card, if it has one. */
  public Optional<ModelCard> card() {
    return card;
  }

  /**
   * Gives a graph these weights, for every variable of equal name and shape; of a collapsible
   * convolution both factors or none. It takes the kernel of a plain one of its name, too.
   *
   * <p>If the graph is wider, they become those of its first channels, which hear nothing of the
   * others. So the graph begins as a function equal to the narrow one, in the manner of Net2Net
   * (Chen et al., arXiv 1511.05641); the weights of the other channels stay fresh.
   *
   * @return the graph's variables that keep their fresh values, by name
   * @throws InvalidInputException if none fits, or one isn't finite
   */
  public List<String> copyTo(SameDiff graph) throws InvalidInputException {
    Widths widths = widths(graph);
    List<String> fresh = new ArrayList<>();
    int copied = 0;
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (variable.getVariableType() != VariableType.VARIABLE || name.endsWith(PROJECT)) {
        continue;
      }
      boolean isTaken =
          name.endsWith(EXPAND)
              ? copyFactors(graph, name.substring(0, name.length() - EXPAND.length()), widths)
              : copy(name, variable.getArr(), widths);
      if (isTaken) {
        copied++;
      } else {
        fresh.add(name);
      }
    }
    if (copied == 0) {
      throw new InvalidInputException(
          where, "weights that fit this network", "none of equal name and shape");
    }
    Collections.sort(fresh);
    return fresh;
  }

  /** The width of a network is that of its first layer. */
  private Widths widths(SameDiff graph) {
    for (SDVariable variable : graph.variables()) {
      INDArray from = weights.get(variable.name());
      if (from != null && variable.name().endsWith(BIAS)) {
        return new Widths(from.length(), variable.getArr().length());
      }
    }
    return new Widths(0, 0);
  }

  private boolean copy(String name, INDArray to, Widths widths) throws InvalidInputException {
    INDArray from = finite(name);
    if (from == null || !widths.fit(from, to)) {
      return false;
    }
    to.assign(widths.widen(from, to, name.endsWith(KERNEL)));
    return true;
  }

  private boolean copyFactors(SameDiff graph, String name, Widths widths)
      throws InvalidInputException {
    INDArray expand = graph.getVariable(name + EXPAND).getArr();
    INDArray project = graph.getVariable(name + PROJECT).getArr();
    INDArray fromExpand = finite(name + EXPAND);
    INDArray fromProject = finite(name + PROJECT);
    if (fromExpand != null
        && fromProject != null
        && fromExpand.equalShapes(expand)
        && fromProject.equalShapes(project)) {
      expand.assign(fromExpand);
      project.assign(fromProject);
      return true;
    }
    INDArray to = graph.getVariable(name + KERNEL).eval();
    INDArray from =
        fromExpand != null && fromProject != null
            ? kernel(fromExpand, fromProject, finite(name + SHORTCUT), to.shape())
            : finite(name + KERNEL);
    if (from == null || !widths.fit(from, to)) {
      return false;
    }
    INDArray kernel = widths.widen(from, to, true);
    if (graph.hasVariable(name + SHORTCUT)) {
      kernel.subi(graph.getVariable(name + SHORTCUT).getArr());
    }
    factor(kernel, expand, project);
    return true;
  }

  /**
   * Returns the kernel of a collapsible convolution.
   *
   * @param shape that of the graph's kernel, of which only the sides count
   * @return null if the factors don't fit each other, or are of other sides
   */
  private static @Nullable INDArray kernel(
      INDArray expand, INDArray project, @Nullable INDArray shortcut, long[] shape) {
    long taps = shape[0] * shape[1];
    if (expand.rank() != 2
        || project.rank() != 2
        || expand.size(1) != project.size(0)
        || expand.size(0) % taps != 0) {
      return null;
    }
    INDArray kernel =
        expand.mmul(project).reshape(shape[0], shape[1], expand.size(0) / taps, project.size(1));
    if (shortcut == null) {
      return kernel;
    }
    return shortcut.equalShapes(kernel) ? kernel.add(shortcut) : null;
  }

  private @Nullable INDArray finite(String name) throws InvalidInputException {
    INDArray values = weights.get(name);
    // A sum of float32 in float64 is finite unless a value isn't.
    if (values != null
        && !Double.isFinite(values.castTo(DataType.DOUBLE).sumNumber().doubleValue())) {
      throw new InvalidInputException(where + ": " + name, "finite weights", "NaN or infinity");
    }
    return values;
  }

  /**
   * Makes a kernel the product of a collapsible convolution's factors: filter f is wide channel f,
   * which the projection passes on to output f. Both get the root of the filter's norm, since Adam
   * moves both at the same pace. The wide channels that are left keep their fresh weights and are
   * projected to nothing, so they can still learn.
   *
   * @param kernel {@code [kH,kW,I,O]}, without a short cut
   * @param expand {@code [kH kW I, wide]}
   * @param project {@code [wide, O]}
   * @see io.subpixel.trainer.network.Layers#collapsible
   */
  private static void factor(INDArray kernel, INDArray expand, INDArray project) {
    long filters = project.size(1);
    INDArray columns = kernel.reshape(expand.size(0), filters);
    project.assign(0);
    for (long f = 0; f < filters; f++) {
      INDArray filter = columns.getColumn(f);
      double root = Math.sqrt(filter.norm2Number().doubleValue());
      if (root > 0) {
        expand.getColumn(f).assign(filter.div(root));
        project.putScalar(f, f, root);
      }
    }
  }

  /**
   * How many channels the hidden layers have.
   *
   * @param from in what is copied
   * @param to in the graph; at least as many, or nothing is widened
   */
  private record Widths(long from, long to) {
    /** Whether each axis is of equal size, or one of hidden channels that becomes wider. */
    boolean fit(INDArray narrow, INDArray wide) {
      boolean fit = narrow.rank() == wide.rank();
      for (int axis = 0; fit && axis < wide.rank(); axis++) {
        boolean isWidened = from < to && narrow.size(axis) == from && wide.size(axis) == to;
        fit = isWidened || narrow.size(axis) == wide.size(axis);
      }
      return fit;
    }

    /**
     * Returns wide values whose first are the narrow ones.
     *
     * @param isKernel whether they are {@code [kH,kW,I,O]}: then the first outputs take nothing of
     *     the inputs that the narrow kernel lacks
     */
    INDArray widen(INDArray narrow, INDArray wide, boolean isKernel) {
      INDArray widened = wide.dup();
      if (isKernel) {
        widened.get(all(), all(), all(), interval(0, narrow.size(3))).assign(0);
      }
      INDArrayIndex[] first = new INDArrayIndex[narrow.rank()];
      Arrays.setAll(first, axis -> interval(0, narrow.size(axis)));
      widened.get(first).assign(narrow);
      return widened;
    }
  }
}

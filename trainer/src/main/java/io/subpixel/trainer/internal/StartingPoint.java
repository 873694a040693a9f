package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.trainer.internal.data.PictureSet;
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
import java.util.HexFormat;
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

/**
 * The weights that a training begins with: those of a run, of an ONNX file, or of a model that the
 * library contains.
 */
public final class StartingPoint {
  /** What the names of a convolution's kernel and bias end in. */
  private static final String KERNEL = "_weight";

  private static final String BIAS = "_bias";

  /** What the name of PReLU's variable ends in. */
  private static final String SLOPE = "_slope";

  private final String where;
  private final String sha256;
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
      String sha256,
      Map<String, INDArray> weights,
      Set<String> operators,
      Optional<ModelCard> card) {
    this.where = where;
    this.sha256 = sha256;
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
   * @throws IOException if the file can't be read; the message names it
   */
  public static StartingPoint of(Path from) throws IOException {
    String name = from.toString();
    if (from.endsWith(RunFolder.MODEL)) {
      return ofRun(from.resolveSibling(""));
    }
    if (Files.isRegularFile(from)) {
      return ofOnnx(name, bytes(from));
    }
    if (isShipped(from)) {
      return ofOnnx(name, Pretrained.onnx(name));
    }
    return ofRun(from);
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException(file + ": " + Reason.of(e), e);
    }
  }

  /** Whether this is the name of a shipped model; any file goes before it. */
  static boolean isShipped(Path from) {
    return !Files.exists(from) && Pretrained.names().contains(from.toString());
  }

  private static StartingPoint ofOnnx(String where, byte[] onnx) throws InvalidInputException {
    OnnxWeights weights = OnnxWeights.read(where, onnx);
    return new StartingPoint(
        where, sha256(onnx), weights.byVariable(), weights.operators(), weights.card());
  }

  private static StartingPoint ofRun(Path folder) throws IOException {
    Path file = folder.resolve(RunFolder.MODEL);
    String expected = "the model of a run";
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          folder.toString(),
          "a run with its model, an ONNX file or one of " + Pretrained.names(),
          received(folder));
    }
    String digest = sha256(bytes(file));
    SameDiff graph;
    try {
      graph = SameDiff.load(file.toFile(), false);
    } catch (RuntimeException e) {
      throw new InvalidInputException(file.toString(), expected, "something else", e);
    }
    Map<String, INDArray> weights = new HashMap<>();
    for (SDVariable variable : graph.variables()) {
      boolean isWeight =
          variable.getVariableType() == VariableType.VARIABLE
              || Factors.isConstant(variable.name());
      INDArray values = isWeight ? variable.getArr() : null;
      if (values != null) {
        weights.put(variable.name(), values);
      }
    }
    Path card = folder.resolve(ModelCard.FILE_NAME);
    return new StartingPoint(
        file.toString(),
        digest,
        weights,
        Arrays.stream(graph.ops()).map(DifferentialFunction::opName).collect(Collectors.toSet()),
        Files.exists(card) ? Optional.of(ModelCard.read(card)) : Optional.empty());
  }

  private static String received(Path from) {
    if (Files.isDirectory(from)) {
      return "a folder without " + RunFolder.MODEL;
    }
    return Files.exists(from) ? "something that is no file" : "no such file";
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(PictureSet.newDigest().digest(bytes));
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

  /** Returns the SHA-256 of the file, as hexadecimal. */
  String sha256() {
    return sha256;
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
      if (variable.getVariableType() != VariableType.VARIABLE || Factors.isLater(name)) {
        continue;
      }
      boolean isTaken =
          name.endsWith(Factors.FIRST)
              ? copyFactors(
                  graph, name.substring(0, name.length() - Factors.FIRST.length()), widths)
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
    Factors to = requireNonNull(Factors.of(graph(graph), name));
    Factors from = Factors.of(this::finite, name);
    if (from != null && from.isLike(to)) {
      to.assign(from);
      return true;
    }
    INDArray like = graph.getVariable(name + KERNEL).eval();
    INDArray kernel = from == null ? finite(name + KERNEL) : from.kernel(like.shape());
    if (kernel == null || !widths.fit(kernel, like)) {
      return false;
    }
    to.assign(widths.widen(kernel, like, true));
    return true;
  }

  private static Factors.Values graph(SameDiff graph) {
    return name -> graph.hasVariable(name) ? graph.getVariable(name).getArr() : null;
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
}

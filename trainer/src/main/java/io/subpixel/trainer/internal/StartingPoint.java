package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
  /** What the names of a convolution's kernel, of its factors and of its short cut end in. */
  private static final String KERNEL = "_weight";

  private static final String EXPAND = "_expand";
  private static final String PROJECT = "_project";
  private static final String SHORTCUT = "_shortcut";

  private final String where;
  private final Map<String, INDArray> weights;
  private final Optional<ModelCard> card;

  private StartingPoint(String where, Map<String, INDArray> weights, Optional<ModelCard> card) {
    this.where = where;
    this.weights = weights;
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
    if (!Files.exists(from) && Pretrained.names().contains(name)) {
      return ofOnnx(name, Pretrained.onnx(name));
    }
    return ofRun(from);
  }

  private static StartingPoint ofOnnx(String where, byte[] onnx) throws InvalidInputException {
    OnnxWeights weights = OnnxWeights.read(where, onnx);
    return new StartingPoint(where, weights.byVariable(), weights.card());
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
      INDArray values =
          variable.getVariableType() == VariableType.VARIABLE ? variable.getArr() : null;
      if (values != null) {
        weights.put(variable.name(), values);
      }
    }
    Path card = folder.resolve(ModelCard.FILE_NAME);
    return new StartingPoint(
        file.toString(),
        weights,
        Files.exists(card) ? Optional.of(ModelCard.read(card)) : Optional.empty());
  }

  /** Returns the model's card, if it has one. */
  public Optional<ModelCard> card() {
    return card;
  }

  /**
   * Gives a graph these weights, for every variable of equal name and shape; of a collapsible
   * convolution both factors or none. It takes the kernel of a plain one of its name, too.
   *
   * @return the graph's variables that keep their fresh values, by name
   * @throws InvalidInputException if none fits, or one isn't finite
   */
  public List<String> copyTo(SameDiff graph) throws InvalidInputException {
    List<String> fresh = new ArrayList<>();
    int copied = 0;
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (variable.getVariableType() != VariableType.VARIABLE || name.endsWith(PROJECT)) {
        continue;
      }
      boolean isTaken =
          name.endsWith(EXPAND)
              ? copyFactors(graph, name.substring(0, name.length() - EXPAND.length()))
              : copy(name, variable.getArr());
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

  private boolean copy(String name, INDArray to) throws InvalidInputException {
    INDArray from = finite(name);
    boolean fits = from != null && from.equalShapes(to);
    if (fits) {
      to.assign(from);
    }
    return fits;
  }

  private boolean copyFactors(SameDiff graph, String name) throws InvalidInputException {
    INDArray expand = graph.getVariable(name + EXPAND).getArr();
    INDArray project = graph.getVariable(name + PROJECT).getArr();
    INDArray kernel = finite(name + KERNEL);
    if (kernel != null) {
      boolean hasShortcut = graph.hasVariable(name + SHORTCUT);
      INDArray shortcut = hasShortcut ? graph.getVariable(name + SHORTCUT).getArr() : null;
      return factor(kernel, shortcut, expand, project);
    }
    INDArray fromExpand = finite(name + EXPAND);
    INDArray fromProject = finite(name + PROJECT);
    boolean fit =
        fromExpand != null
            && fromProject != null
            && fromExpand.equalShapes(expand)
            && fromProject.equalShapes(project);
    if (fit) {
      expand.assign(fromExpand);
      project.assign(fromProject);
    }
    return fit;
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
   * @param kernel {@code [kH,kW,I,O]}
   * @param shortcut what is added to the product; null for nothing
   * @param expand {@code [kH kW I, wide]}
   * @param project {@code [wide, O]}
   * @return whether the kernel has their shape
   * @see io.subpixel.trainer.network.Layers#collapsible
   */
  private static boolean factor(
      INDArray kernel, @Nullable INDArray shortcut, INDArray expand, INDArray project) {
    long filters = project.size(1);
    if (kernel.rank() != 4
        || kernel.size(3) != filters
        || kernel.length() != expand.size(0) * filters
        || (shortcut != null && !shortcut.equalShapes(kernel))) {
      return false;
    }
    INDArray product = shortcut == null ? kernel : kernel.sub(shortcut);
    INDArray columns = product.reshape(expand.size(0), filters);
    project.assign(0);
    for (long f = 0; f < filters; f++) {
      INDArray filter = columns.getColumn(f);
      double root = Math.sqrt(filter.norm2Number().doubleValue());
      if (root > 0) {
        expand.getColumn(f).assign(filter.div(root));
        project.putScalar(f, f, root);
      }
    }
    return true;
  }
}

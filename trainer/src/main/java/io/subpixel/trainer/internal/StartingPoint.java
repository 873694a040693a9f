package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights that a training begins with: those of a run, of an ONNX file, or of a model that the
 * library contains.
 */
public final class StartingPoint {
  /** What the name of a convolution's kernel ends in. */
  private static final String KERNEL = "_weight";

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
          "a run with its model, an ONNX file or the name of a shipped model",
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
   * Gives a graph these weights, for every variable of equal name and shape. A collapsible
   * convolution takes the kernel of a plain one of its name, too.
   *
   * @throws InvalidInputException if none fits
   */
  public void copyTo(SameDiff graph) throws InvalidInputException {
    int copied = 0;
    for (SDVariable variable : graph.variables()) {
      INDArray from = weights.get(variable.name());
      if (variable.getVariableType() == VariableType.VARIABLE) {
        if (from != null && from.equalShapes(variable.getArr())) {
          variable.getArr().assign(from);
          copied++;
        }
      } else if (from != null && factor(graph, variable.name(), from)) {
        copied++;
      }
    }
    if (copied == 0) {
      throw new InvalidInputException(
          where, "weights that fit this network", "none of equal name and shape");
    }
  }

  /**
   * Makes a kernel the product of a collapsible convolution's factors: filter f is wide channel f,
   * which the projection passes on to output f. Both get the root of the filter's norm, since Adam
   * moves both at the same pace. The wide channels that are left keep their fresh weights and are
   * projected to nothing, so they can still learn.
   *
   * @param weight the product's name
   * @param kernel {@code [kH,kW,I,O]}
   * @return whether there is such a convolution and the kernel has its shape
   * @see io.subpixel.trainer.network.Layers#collapsible
   */
  private static boolean factor(SameDiff graph, String weight, INDArray kernel) {
    String name = weight.substring(0, Math.max(0, weight.length() - KERNEL.length()));
    if (!weight.equals(name + KERNEL) || !graph.hasVariable(name + "_expand")) {
      return false;
    }
    INDArray expand = graph.getVariable(name + "_expand").getArr();
    INDArray project = graph.getVariable(name + "_project").getArr();
    long filters = project.size(1);
    if (kernel.rank() != 4
        || kernel.size(3) != filters
        || kernel.length() != expand.size(0) * filters) {
      return false;
    }
    if (graph.hasVariable(name + "_shortcut")) {
      kernel = kernel.sub(graph.getVariable(name + "_shortcut").getArr());
    }
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
    return true;
  }
}

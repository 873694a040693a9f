package io.subpixel.networks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.samediff.frameworkimport.tensorflow.importer.TensorflowFrameworkImporter;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorShapeProto;

/** TensorFlow graphs of Deeplearning4j's tests: the largest of each family, imported by M2.1. */
final class TensorflowGraphs {
  private static final String ROOT = "src/main/resources/tf_graphs/";
  private static final String MODEL = ".pb";

  private static TensorflowFrameworkImporter importer;

  private TensorflowGraphs() {}

  static List<Candidate> of(GitSource source) {
    Map<String, List<String>> families = new TreeMap<>();
    for (String file : source.files()) {
      if (file.startsWith(ROOT) && file.endsWith(MODEL)) {
        String[] parts = file.substring(ROOT.length()).split("/");
        String family = parts.length > 2 ? parts[1] : parts[parts.length - 1];
        families.computeIfAbsent(family, each -> new ArrayList<>()).add(file);
      }
    }
    List<String> largest =
        families.values().stream()
            .map(files -> Collections.max(files, Comparator.comparingLong(source::size)))
            .sorted(Comparator.comparingLong(source::size).reversed())
            .toList();
    List<Candidate> candidates = new ArrayList<>();
    for (String file : largest) {
      String name = file.substring(ROOT.length()).replaceFirst("examples/", "");
      name = name.replaceAll("(/frozen_model)?\\.pb$", "").replace('/', '-');
      candidates.add(
          new Candidate(
              "tensorflow-" + name, source.origin(file), built -> build(source, file, built)));
    }
    return candidates;
  }

  private static void build(GitSource source, String file, Built built) throws Exception {
    Path graph = source.extract(file, built.file("graph.pb"));
    GraphDef definition = GraphDef.parseFrom(Files.readAllBytes(graph));
    Map<String, INDArray> given = new HashMap<>();
    String folder = file.substring(0, file.lastIndexOf('/') + 1);
    for (NodeDef node : definition.getNodeList()) {
      if (node.getOp().equals("Placeholder")) {
        String values = folder + node.getName() + ".placeholder.csv";
        if (source.files().contains(values)) {
          given.put(node.getName(), csv(source, values));
        }
      }
    }
    if (definition.getNodeList().stream().noneMatch(node -> node.getOp().startsWith("Placeholder"))) {
      definition = withPlaceholders(definition, graph, given);
      Files.write(graph, definition.toByteArray());
    }
    built.save(read(graph), given);
    Files.delete(graph);
  }

  /**
   * These tests freeze what they feed, as {@code in_0}. Makes placeholders of it, as no network that
   * anybody has is a constant.
   */
  private static GraphDef withPlaceholders(
      GraphDef definition, Path graph, Map<String, INDArray> given) {
    Map<String, INDArray> frozen = new LinkedHashMap<>();
    SameDiff network = read(graph);
    for (NodeDef node : definition.getNodeList()) {
      if (node.getName().matches("(in_\\d+|input.*)")
          && node.getInputCount() == 0
          && network.hasVariable(node.getName())
          && network.getVariable(node.getName()).getArr() != null) {
        frozen.put(node.getName(), network.getVariable(node.getName()).getArr());
      }
    }
    if (frozen.values().stream().anyMatch(value -> value.rank() > 0)) {
      frozen.values().removeIf(value -> value.rank() == 0);
    }
    GraphDef.Builder replaced = definition.toBuilder().clearNode();
    for (NodeDef node : definition.getNodeList()) {
      INDArray value = frozen.get(node.getName());
      AttrValue type = node.getAttrMap().get("dtype");
      if (value == null || type == null || value.dataType() == DataType.UTF8) {
        replaced.addNode(node);
        continue;
      }
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long size : value.shape()) {
        shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
      }
      replaced.addNode(
          NodeDef.newBuilder()
              .setName(node.getName())
              .setOp("Placeholder")
              .putAttr("dtype", type)
              .putAttr("shape", AttrValue.newBuilder().setShape(shape).build()));
      given.put(node.getName(), value);
    }
    return replaced.build();
  }

  private static synchronized SameDiff read(Path graph) {
    if (importer == null) {
      importer = new TensorflowFrameworkImporter();
    }
    return importer.runImport(graph.toString(), Map.of(), false);
  }

  private static INDArray csv(GitSource source, String file) throws IOException {
    long[] shape =
        source
            .read(file.replace(".csv", ".shape"))
            .lines()
            .filter(line -> !line.isBlank())
            .mapToLong(line -> Long.parseLong(line.strip()))
            .toArray();
    double[] values =
        source
            .read(file)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .mapToDouble(
                line ->
                    line.equalsIgnoreCase("true") ? 1 : line.equalsIgnoreCase("false") ? 0 : Double.parseDouble(line))
            .toArray();
    return Nd4j.createFromArray(values).reshape(shape);
  }
}

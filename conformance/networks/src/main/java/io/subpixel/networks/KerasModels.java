package io.subpixel.networks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Keras models of Deeplearning4j's tests, imported by M2.1. */
final class KerasModels {
  private static final String ROOT = "src/main/resources/modelimport/keras/";

  private static final int STEP = 16;

  private KerasModels() {}

  static List<Candidate> of(GitSource source) {
    Map<String, List<String>> families = new TreeMap<>();
    for (String file : source.files()) {
      boolean isModel =
          file.matches(".*\\.(h5|hdf5)")
              && !file.matches(".*(weights|inputs_and_outputs|predictions|/weights/).*")
              || file.matches(".*/(configs|fullconfigs|examples)/.*\\.json");
      if (file.startsWith(ROOT) && isModel) {
        families
            .computeIfAbsent(
                file.substring(ROOT.length())
                    .replaceAll("_?[0-9]+\\.h5", "")
                    .replaceAll("(_k\\d.*|_\\d_model|_\\d_config)", ""),
                each -> new ArrayList<>())
            .add(file);
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    families.forEach(
        (family, files) -> {
          // Large families give one of sixteen, so that none outweighs the rest.
          for (int i = 0; i < files.size(); i += STEP) {
            String file = files.get(i);
            candidates.add(
                new Candidate(
                    "keras-" + file.substring(ROOT.length()).replace('/', '-').replaceAll("\\.[a-z0-9]+$", ""),
                    source.origin(file),
                    built -> build(source, file, built)));
          }
        });
    return candidates;
  }

  private static void build(GitSource source, String file, Built built) throws Exception {
    Path model = source.extract(file, built.file("model" + file.substring(file.lastIndexOf('.'))));
    String json;
    Model network;
    if (file.endsWith(".json")) {
      json = Files.readString(model);
      if (isSequential(json)) {
        MultiLayerNetwork layers =
            new MultiLayerNetwork(KerasModelImport.importKerasSequentialConfiguration(model.toString(), false));
        layers.init();
        network = layers;
      } else {
        ComputationGraph graph =
            new ComputationGraph(KerasModelImport.importKerasModelConfiguration(model.toString(), false));
        graph.init();
        network = graph;
      }
    } else {
      try (Hdf5Archive archive = new Hdf5Archive(model.toString())) {
        json = archive.readAttributeAsJson("model_config");
      }
      network =
          isSequential(json)
              ? KerasModelImport.importKerasSequentialModelAndWeights(model.toString(), false)
              : KerasModelImport.importKerasModelAndWeights(model.toString(), false);
    }
    built.save(network, Inputs.of(network, sizes(json)));
    Files.delete(model);
  }

  private static boolean isSequential(String json) {
    return json.contains("\"Sequential\"") && json.indexOf("\"Sequential\"") < 100;
  }

  /** Sizes of the inputs as Keras states them, batch 2 and 7 steps where it leaves them open. */
  private static List<long[]> sizes(String json) throws Exception {
    List<long[]> sizes = new ArrayList<>();
    JsonNode root = new ObjectMapper().readTree(json);
    for (JsonNode shape : root.findValues("batch_input_shape")) {
      long[] each = new long[shape.size()];
      for (int i = 0; i < each.length; i++) {
        each[i] = i == 0 ? 2 : shape.get(i).isNull() ? 7 : shape.get(i).asLong();
      }
      sizes.add(each);
    }
    return sizes;
  }
}

package io.subpixel.networks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.autodiff.samediff.SameDiff;

/** What ModelSerializer of all versions and SameDiff wrote, as Deeplearning4j's tests keep it. */
final class Zips {
  private static final String ROOT = "src/main/resources/";
  private static final Pattern MODEL =
      Pattern.compile(
          ROOT
              + "((dl4j|samediff)-integration-tests/.*/Model_.*\\.zip"
              + "|regression_testing/.*\\.zip"
              + "|regression_testing/[^/]*/[A-Z](?!.*(Input|Output|Label|Mask|Grad))[^.]*\\.bin)");

  private Zips() {}

  static List<Candidate> of(GitSource source) {
    List<Candidate> candidates = new ArrayList<>();
    for (String file : source.files()) {
      if (MODEL.matcher(file).matches()) {
        String name = file.substring(ROOT.length()).replace('/', '-').replaceAll("\\.[a-z]+$", "");
        candidates.add(
            new Candidate("zip-" + name, source.origin(file), built -> build(source, file, built)));
      }
    }
    return candidates;
  }

  private static void build(GitSource source, String file, Built built) throws Exception {
    Path stored = source.extract(file, built.file("network.zip"));
    boolean isSameDiff = file.startsWith(ROOT + "samediff") || file.endsWith(".fb");
    if (isSameDiff) {
      SameDiff network = SameDiff.load(stored.toFile(), false);
      Files.delete(stored);
      built.save(network, Map.of());
      return;
    }
    boolean isGraph;
    try (ZipFile zip = new ZipFile(stored.toFile())) {
      isGraph = new String(zip.getInputStream(zip.getEntry("configuration.json")).readAllBytes()).contains("networkInputs");
    }
    // The file stays as an older version wrote it.
    Model network =
        isGraph
            ? ModelSerializer.restoreComputationGraph(stored.toFile(), false)
            : ModelSerializer.restoreMultiLayerNetwork(stored.toFile(), false);
    built.evaluate(network, Inputs.of(network, List.of()));
  }
}

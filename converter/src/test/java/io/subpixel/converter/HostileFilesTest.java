package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.zoo.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Damaged files either work or are refused in one line: no other exception, no memory that runs
 * out, no crash of the JVM and nothing that takes long. {@code -Dsubpixel.mutations=N} tries more;
 * {@code -Dsubpixel.mutations.from=SEED} starts from there.
 */
final class HostileFilesTest {
  private static final int MUTATIONS = Integer.getInteger("subpixel.mutations", 150);
  private static final int FROM = Integer.getInteger("subpixel.mutations.from", 0);
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path folder;

  /** A file to be damaged. */
  private enum Kind {
    UPSCALER("model.fb"),
    FOLDED("model.fb"),
    POOLED("model.fb"),
    FOLDED_ARGUMENTS("model.fb"),
    POOLED_ARGUMENTS("model.fb"),
    ZIP("network.zip"),
    ZIP_ENTRY("network.zip"),
    ONNX("model.onnx");

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damageIsRefused(Kind kind) throws IOException {
    Path file = folder.resolve(kind.file);
    Path out = folder.resolve("out").resolve("out.onnx");
    byte[] whole = whole(kind, file);
    assertThat(outcome(kind, file, out)).isEqualTo("done");

    Map<String, Integer> tally = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    Path trace = Path.of("target", "hostile-" + kind + ".txt");
    for (int seed = FROM; seed < FROM + MUTATIONS; seed++) {
      // If native code takes the JVM with it, this says where to look.
      Files.writeString(trace, kind + " " + seed);
      Files.write(file, mutated(kind, whole, seed));
      Instant start = Instant.now();
      String outcome = outcome(kind, file, out);
      if (Duration.between(start, Instant.now()).compareTo(LONG) > 0) {
        outcome = "slow, " + outcome;
      }
      String word = outcome.replaceAll("[^A-Za-z].*", "");
      tally.merge(word, 1, Integer::sum);
      if (!outcome.matches("done|refused.*")) {
        faults.add("seed " + seed + ": " + outcome);
      }
    }
    Files.writeString(trace, kind + " " + tally + "\n" + String.join("\n", faults));
    assertThat(faults).isEmpty();
  }

  private static String outcome(Kind kind, Path file, Path out) {
    try {
      run(kind, file, out);
      return "done";
    } catch (IOException | UnknownNameException | VerificationException e) {
      boolean isLine = e.getMessage() != null && e.getMessage().lines().count() == 1;
      return (isLine ? "refused: " : "lines: ") + e.getMessage();
    } catch (RuntimeException | Error e) {
      StackTraceElement[] at = e.getStackTrace();
      StringBuilder places = new StringBuilder(e.toString());
      for (int i = 0; i < Math.min(14, at.length); i++) {
        places.append("\n    ").append(at[i]);
      }
      return places.toString();
    }
  }

  private static void run(Kind kind, Path file, Path out) throws IOException {
    ExportOptions options = ExportOptions.DEFAULT.withVerify(false);
    switch (kind) {
      case UPSCALER, FOLDED, POOLED, FOLDED_ARGUMENTS, POOLED_ARGUMENTS ->
          OnnxExport.export(NetworkFile.read(file).sameDiff(), options, out);
      case ZIP, ZIP_ENTRY ->
          OnnxExport.export(
              Deeplearning4jNetwork.read(file),
              options.withShape("input", -1, 2, 8, 8),
              out,
              report -> {});
      case ONNX -> OnnxFile.read(file);
    }
  }

  private static byte[] whole(Kind kind, Path file) throws IOException {
    switch (kind) {
      case UPSCALER -> Networks.espcn(2, 1).save(file.toFile(), false);
      case FOLDED, FOLDED_ARGUMENTS -> folded().save(file.toFile(), false);
      case POOLED, POOLED_ARGUMENTS -> pooled().save(file.toFile(), false);
      case ZIP, ZIP_ENTRY -> ModelSerializer.writeModel(images(), file.toFile(), false);
      case ONNX ->
          OnnxExport.export(Networks.espcn(2, 1), ExportOptions.DEFAULT.withVerify(false), file);
    }
    return Files.readAllBytes(file);
  }

  private static byte[] mutated(Kind kind, byte[] whole, int seed) throws IOException {
    if (kind == Kind.FOLDED_ARGUMENTS || kind == Kind.POOLED_ARGUMENTS) {
      return Mutation.ofArguments(whole, seed);
    } else if (kind != Kind.ZIP_ENTRY) {
      return Mutation.of(whole, seed);
    }
    // Damage behind the checksums, which hide most of the other.
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(whole))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String damaged = seed % 3 == 0 ? "coefficients.bin" : "configuration.json";
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        byte[] content = entry.getValue();
        zip.write(entry.getKey().equals(damaged) ? changed(damaged, content, seed) : content);
      }
    }
    return bytes.toByteArray();
  }

  /** JSON is rarely JSON after any damage, so that mostly its numbers and words change. */
  private static byte[] changed(String entry, byte[] content, int seed) {
    if (entry.endsWith(".bin") || seed % 4 == 0) {
      return Mutation.of(content, seed);
    }
    String json = new String(content, java.nio.charset.StandardCharsets.UTF_8);
    List<java.util.regex.MatchResult> values =
        java.util.regex.Pattern.compile("(?<=: )(-?[0-9.E-]+|\"[^\"]*\"|true|false|null)")
            .matcher(json)
            .results()
            .toList();
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    java.util.regex.MatchResult place = values.get(random.nextInt(values.size()));
    String[] others = {
      "0",
      "-1",
      "1",
      "2",
      "3",
      "1000000007",
      "2147483647",
      "-2147483648",
      "1e300",
      "null",
      "true",
      "\"\"",
      "\"x\\ny\"",
      "[]",
      "{}",
      "[0,0]",
      "[-1,-1]",
      "[1000000000,1000000000]",
      "\"NaN\"",
      values.get(random.nextInt(values.size())).group()
    };
    String other = others[random.nextInt(others.length)];
    String altered = json.substring(0, place.start()) + other + json.substring(place.end());
    return altered.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Reshapes, products and reductions of stored arrays, which are computed at export. */
  private static SameDiff folded() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 6);
    SDVariable a = sd.var("a", Networks.values(1, 4, 6));
    SDVariable b = sd.var("b", Networks.values(2, 2, 3, 4));
    SDVariable product = sd.reshape(b, 6, 4).mmul(a).permute(1, 0);
    SDVariable sum = sd.sum(product, true, 1).add(sd.constant("one", 1f));
    SDVariable joined = sd.concat(1, product, sum.reshape(6, 1));
    SDVariable part =
        sd.stridedSlice(joined, new long[] {0, 0}, new long[] {6, 6}, new long[] {1, 1});
    SDVariable rows = sd.gather(part, sd.constant("rows", Nd4j.createFromArray(0, 2, 1)), 0);
    SDVariable tiled = sd.tile(rows, 2, 1);
    x.mmul(sd.nn().relu(tiled, 0).mul(part)).add("y", sd.math().tanh(sd.max(part, 0)));
    return sd;
  }

  private static SameDiff pooled() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2, 8, 8);
    SDVariable stored = sd.var("stored", Networks.values(3, 1, 2, 16, 16));
    Pooling2DConfig config =
        Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).dH(1).dW(1).isNHWC(false).build();
    SDVariable w = sd.var("w", Networks.values(4, 3, 3, 2, 2));
    SDVariable mask = sd.cnn().maxPooling2d(sd.cnn().conv2d(stored, w, Networks.same(3)), config);
    SDVariable y = sd.cnn().avgPooling2d(x.add(mask), config);
    sd.nn().softmax("y", sd.reshape(y, -1, 32), 1);
    return sd;
  }

  private static MultiLayerNetwork images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    return network;
  }
}

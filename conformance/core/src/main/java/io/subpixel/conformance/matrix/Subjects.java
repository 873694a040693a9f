package io.subpixel.conformance.matrix;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.Io;
import io.subpixel.converter.OnnxExport;
import io.subpixel.trainer.internal.SameDiffNetwork;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;

/** The networks of the matrix, by name. They are made when they are asked for. */
public final class Subjects {
  private static final long SEED = 11;

  private static final Map<String, Maker> RANDOM = random();

  private Subjects() {}

  @FunctionalInterface
  private interface Maker {
    Subject make(String name) throws IOException;
  }

  /** All names: the models that travel with the library, then random networks. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(Pretrained.names());
    names.addAll(RANDOM.keySet());
    return List.copyOf(names);
  }

  /**
   * Makes one.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Subject make(String name) throws IOException {
    Maker maker = RANDOM.get(name);
    return maker == null ? pretrained(name) : maker.make(name);
  }

  /**
   * A network that was trained, beside the plain file that was exported of it.
   *
   * @param graph has {@code lr} and {@code sr}
   * @param card of the exported file
   */
  public static Subject of(SameDiff graph, ModelCard card, byte[] plain) throws IOException {
    return new Subject(
        card,
        "given by --from and --onnx",
        "SameDiff",
        new SameDiffNetwork(graph),
        plain,
        exported(graph, card, Io.RGB8));
  }

  private static Subject pretrained(String name) throws IOException {
    ModelCard card = Pretrained.card(name);
    byte[] plain = Pretrained.onnx(name);
    SameDiff graph = SameDiffImport.read(name, plain);
    return new Subject(
        card,
        "trained",
        "SameDiff",
        new SameDiffNetwork(graph),
        plain,
        exported(graph, card, Io.RGB8));
  }

  private static Map<String, Maker> random() {
    Map<String, Maker> makers = new LinkedHashMap<>();
    makers.put(
        "random-tanh-rgb-x3",
        name ->
            exported(name, "espcn-paper", 3, Colour.RGB, Activation.TANH, "tanh, RGB, mode DCR"));
    makers.put(
        "random-prelu-x4",
        name -> exported(name, "sesr-m3", 4, Colour.Y, Activation.PRELU, "PReLU, luma, mode DCR"));
    makers.put(
        "random-crd-rgb-x2",
        name -> {
          Subject dcr =
              exported(name, "espcn", 2, Colour.RGB, Activation.RELU, "ReLU, RGB, mode CRD");
          return new Subject(
              dcr.card(),
              dcr.origin(),
              dcr.referenceName(),
              dcr.reference(),
              ColumnRowDepth.of(dcr.plain()),
              ColumnRowDepth.of(dcr.pixels()));
        });
    makers.put("random-deeplearning4j-x2", Deeplearning4jSubject::make);
    return makers;
  }

  private static Subject exported(
      String name, String network, int scale, Colour colour, Activation activation, String origin)
      throws IOException {
    Network built =
        Network.build(Architectures.find(network).orElseThrow(), scale, colour, activation, SEED);
    ModelCard card =
        randomCard(
            name,
            scale,
            colour,
            built.receptiveRadius(),
            built.parameters(),
            built.macsPerLrPixel());
    SameDiff graph = built.graph();
    return new Subject(
        card,
        "random weights: " + network + ", " + origin,
        "SameDiff",
        new SameDiffNetwork(graph),
        exported(graph, card, Io.PLAIN),
        exported(graph, card, Io.RGB8));
  }

  static ModelCard randomCard(
      String name, int scale, Colour colour, int radius, long parameters, long macs) {
    return new ModelCard(
        name,
        scale,
        colour,
        colour.channels(),
        List.of(0.0, 1.0),
        radius,
        parameters,
        macs,
        Degradation.DEFAULT.id(),
        null,
        List.of(),
        "Apache-2.0",
        null,
        Map.of());
  }

  /** As {@code bin/converter export} writes it; what it computes is for the matrix to find out. */
  static byte[] exported(SameDiff graph, ModelCard card, Io form) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-conformance");
    Path file = folder.resolve("model.onnx");
    try {
      ExportOptions options = ExportOptions.DEFAULT.withCard(card).withIo(form).withVerify(false);
      OnnxExport.export(graph, options, file);
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }
}

package io.subpixel.runtime.testing;

import io.subpixel.models.Colour;
import io.subpixel.models.ModelCard;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.Plane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network whose result is known without running it: {@code sr(c, s*y+dy, s*x+dx) = lr(c, y, x) +
 * (dy*s + dx) * STEP / 255}, as a 1x1 Conv and DepthToSpace. Every field may be changed into what a
 * broken model has.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> for the
 *     numbers of the fields
 */
public final class TinyModel {
  /** By how many 8-bit levels each pixel of a block is brighter than the one before it. */
  public static final int STEP = 3;

  private static final int FLOAT = 1;

  private final int scale;
  private final Colour colour;
  private @Nullable String card;
  private String inputName = "lr";
  private String outputName = "sr";
  private int elementType = FLOAT;
  private String[] inputShape;
  private int stride = 1;

  /** One that keeps to the contract. */
  public TinyModel(int scale, Colour colour) {
    this.scale = scale;
    this.colour = colour;
    card = card(scale, colour).toJson();
    inputShape = new String[] {"N", "" + colour.channels(), "H", "W"};
  }

  /** The card of such a model. */
  public static ModelCard card(int scale, Colour colour) {
    return new ModelCard(
        "tiny-x" + scale,
        scale,
        colour,
        colour.channels(),
        List.of(0.0, 1.0),
        0,
        1,
        1,
        "none",
        null,
        List.of(),
        "Apache-2.0",
        null,
        Map.of());
  }

  /** With this text as the card in the file's metadata; null for none. */
  public TinyModel card(@Nullable String json) {
    card = json;
    return this;
  }

  /** With other names of input and output. */
  public TinyModel names(String input, String output) {
    inputName = input;
    outputName = output;
    return this;
  }

  /** With another input shape: numbers, or names for any size. */
  public TinyModel inputShape(String... dimensions) {
    inputShape = dimensions;
    return this;
  }

  /** In float16 throughout. */
  public TinyModel half() {
    elementType = 10;
    return this;
  }

  /** With a result of the wrong size (and wrong pixels) unless both sides are even. */
  public TinyModel forEvenSidesOnly() {
    stride = 2;
    return this;
  }

  /** The ONNX file. The metadata is last in it: one that is cut short has no card. */
  public byte[] onnx() {
    Protobuf graph =
        new Protobuf()
            .message(
                1,
                node("Conv", List.of(inputName, "weight", "bias"), "blocks")
                    .message(5, attribute("strides", 7).number(8, stride).number(8, stride)))
            .message(
                1,
                node("DepthToSpace", List.of("blocks"), outputName)
                    .message(5, attribute("blocksize", 2).number(3, (long) scale * stride))
                    .message(5, attribute("mode", 3).text(4, "CRD")))
            .text(2, "tiny");
    int channels = colour.channels();
    int block = scale * stride * scale * stride;
    float[] weight = new float[block * channels * channels];
    float[] bias = new float[block * channels];
    for (int k = 0; k < bias.length; k++) {
      weight[k * channels + k / block] = 1;
      bias[k] = k % block * STEP / 255f;
    }
    graph
        .message(5, tensor("weight", weight, bias.length, channels, 1, 1))
        .message(5, tensor("bias", bias, bias.length))
        .message(11, value(inputName, inputShape))
        .message(12, value(outputName, "N", "" + channels, "sH", "sW"));
    Protobuf model =
        new Protobuf()
            .number(1, 8)
            .message(8, new Protobuf().text(1, "").number(2, 17))
            .message(7, graph);
    if (card != null) {
      model.message(14, new Protobuf().text(1, ModelCard.METADATA_KEY).text(2, card));
    }
    return model.toBytes();
  }

  /** Writes the ONNX file. */
  public Path write(Path file) throws IOException {
    return Files.write(file, onnx());
  }

  /** What such a network makes of planes, in plain Java. */
  public static Plane[] apply(Plane[] lr, int scale) {
    Plane[] sr = new Plane[lr.length];
    for (int c = 0; c < sr.length; c++) {
      sr[c] = new Plane(lr[c].width() * scale, lr[c].height() * scale);
      for (int y = 0; y < sr[c].height(); y++) {
        for (int x = 0; x < sr[c].width(); x++) {
          int step = (y % scale * scale + x % scale) * STEP;
          sr[c].values()[y * sr[c].width() + x] = lr[c].at(x / scale, y / scale) + step / 255f;
        }
      }
    }
    return sr;
  }

  /** What upscaling a picture gives whose every channel goes through such a network. */
  public static Picture expected(Picture lr, int scale) {
    byte[] samples = new byte[lr.width() * scale * lr.height() * scale * lr.channels()];
    int at = 0;
    for (int y = 0; y < lr.height() * scale; y++) {
      for (int x = 0; x < lr.width() * scale; x++) {
        int step = (y % scale * scale + x % scale) * STEP;
        for (int c = 0; c < lr.channels(); c++) {
          samples[at++] = (byte) Math.min(255, lr.at(x / scale, y / scale, c) + step);
        }
      }
    }
    return new Picture(lr.width() * scale, lr.height() * scale, lr.channels(), samples);
  }

  private static Protobuf node(String operator, List<String> inputs, String output) {
    Protobuf node = new Protobuf();
    inputs.forEach(input -> node.text(1, input));
    return node.text(2, output).text(4, operator);
  }

  private static Protobuf attribute(String name, int type) {
    return new Protobuf().text(1, name).number(20, type);
  }

  private Protobuf tensor(String name, float[] values, long... dimensions) {
    Protobuf tensor = new Protobuf();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    tensor.number(2, elementType).text(8, name);
    // Half as many bytes are a float16 tensor of some values.
    return tensor.floats(9, elementType == FLOAT ? values : new float[values.length / 2]);
  }

  private Protobuf value(String name, String... dimensions) {
    Protobuf shape = new Protobuf();
    for (String dimension : dimensions) {
      boolean fixed = Character.isDigit(dimension.charAt(0));
      shape.message(
          1,
          fixed
              ? new Protobuf().number(1, Long.parseLong(dimension))
              : new Protobuf().text(2, dimension));
    }
    Protobuf tensor = new Protobuf().number(1, elementType).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }
}

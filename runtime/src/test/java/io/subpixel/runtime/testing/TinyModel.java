package io.subpixel.runtime.testing;

import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
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
  private static final int UINT8 = 2;
  private static final int FLOAT16 = 10;

  private final int scale;
  private final Colour colour;
  private @Nullable String card;
  private String inputName = "lr";
  private String outputName = "sr";
  private int elementType = FLOAT;
  private String[] inputShape;
  private int stride = 1;
  private boolean channelsLast;
  private double unit = 1;
  private int radius;
  private float gain = 1;
  private Flaw flaw = Flaw.NONE;

  /** What makes a model unfit for pictures, or for tiles. */
  public enum Flaw {
    /** None. */
    NONE,
    /** A second input that is used by nothing. */
    TWO_INPUTS,
    /** One number for each channel, as classifiers make. */
    CLASSES,
    /** Columns are upscaled half as much as rows. */
    OTHER_SCALE_OF_COLUMNS,
    /** The pixels of a block stay channels. */
    MORE_CHANNELS,
    /** The mean of the whole picture is added to each pixel. */
    GLOBAL
  }

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
    elementType = FLOAT16;
    return this;
  }

  /** With bytes in and out; in between, values are 0..255. */
  public TinyModel bytes() {
    elementType = UINT8;
    return values(0, 255);
  }

  /** With other elements of the input: a number of ONNX's {@code TensorProto.DataType}. */
  public TinyModel inputType(int type) {
    elementType = type;
    return this;
  }

  /** With other values of black and white. */
  public TinyModel values(double ofBlack, double ofWhite) {
    unit = ofWhite - ofBlack;
    return this;
  }

  /** With the channels last, {@code [N,H,W,C]}. */
  public TinyModel channelsLast() {
    channelsLast = true;
    inputShape = new String[] {"N", "H", "W", "" + colour.channels()};
    return this;
  }

  /** Adds an eighth of the pixel that lies so many columns to the right, which changes results. */
  public TinyModel looksRight(int columns) {
    radius = columns;
    return this;
  }

  /** Multiplies the picture by a factor. */
  public TinyModel times(float factor) {
    gain = factor;
    return this;
  }

  /** With a flaw. */
  public TinyModel with(Flaw wanted) {
    flaw = wanted;
    return this;
  }

  /** With a result of the wrong size (and wrong pixels) unless both sides are even. */
  public TinyModel forEvenSidesOnly() {
    stride = 2;
    return this;
  }

  /** The ONNX file. The metadata is last in it: one that is cut short has no card. */
  public byte[] onnx() {
    int channels = colour.channels();
    Protobuf graph = new Protobuf();
    String at = inputName;
    boolean casts = elementType != FLOAT && elementType != FLOAT16;
    if (casts) {
      graph.message(1, cast(at, "floats", FLOAT));
      at = "floats";
    }
    if (channelsLast) {
      graph.message(1, transpose(at, "planes", 0, 3, 1, 2));
      at = "planes";
    }
    if (flaw == Flaw.GLOBAL) {
      graph
          .message(1, node("GlobalAveragePool", List.of(at), "mean"))
          .message(1, node("Add", List.of(at, "mean"), "brighter"));
      at = "brighter";
    }
    graph.message(
        1,
        node("Conv", List.of(at, "weight", "bias"), "blocks")
            .message(5, integers("strides", stride, stride))
            .message(5, integers("pads", 0, radius, 0, radius)));
    String last = casts || channelsLast ? "made" : outputName;
    switch (flaw) {
      case NONE, TWO_INPUTS, GLOBAL -> graph.message(1, depthToSpace(last));
      case CLASSES ->
          graph
              .message(1, node("GlobalAveragePool", List.of("blocks"), "means"))
              .message(1, node("Flatten", List.of("means"), last));
      case OTHER_SCALE_OF_COLUMNS ->
          graph
              .message(1, depthToSpace("large"))
              .message(
                  1,
                  node("MaxPool", List.of("large"), last)
                      .message(5, integers("kernel_shape", 1, 2))
                      .message(5, integers("strides", 1, 2)));
      case MORE_CHANNELS -> graph.message(1, node("Identity", List.of("blocks"), last));
    }
    if (channelsLast) {
      String transposed = casts ? "pixels" : outputName;
      graph.message(1, transpose(last, transposed, 0, 2, 3, 1));
      last = transposed;
    }
    if (casts) {
      graph.message(1, cast(last, outputName, elementType));
    }
    graph.text(2, "tiny");
    int block = scale * stride * scale * stride;
    int taps = 2 * radius + 1;
    float[] weight = new float[block * channels * channels * taps];
    float[] bias = new float[block * channels];
    for (int k = 0; k < bias.length; k++) {
      int kernel = (k * channels + k / block) * taps;
      weight[kernel + radius] = gain;
      if (radius > 0) {
        weight[kernel + 2 * radius] = 0.125f;
      }
      bias[k] = (float) (k % block * STEP / 255.0 * unit);
    }
    graph
        .message(5, tensor("weight", weight, bias.length, channels, 1, taps))
        .message(5, tensor("bias", bias, bias.length))
        .message(11, value(inputName, elementType, inputShape));
    if (flaw == Flaw.TWO_INPUTS) {
      graph.message(11, value("sigma", elementType, "1"));
    }
    graph.message(
        12,
        flaw == Flaw.CLASSES
            ? value(outputName, elementType, "N", "classes")
            : channelsLast
                ? value(outputName, elementType, "N", "sH", "sW", "" + channels)
                : value(outputName, elementType, "N", outputChannels(), "sH", "sW"));
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

  private String outputChannels() {
    return flaw == Flaw.MORE_CHANNELS ? "D" : "" + colour.channels();
  }

  private Protobuf depthToSpace(String output) {
    return node("DepthToSpace", List.of("blocks"), output)
        .message(5, attribute("blocksize", 2).number(3, (long) scale * stride))
        .message(5, attribute("mode", 3).text(4, "CRD"));
  }

  private static Protobuf cast(String input, String output, int type) {
    return node("Cast", List.of(input), output).message(5, attribute("to", 2).number(3, type));
  }

  private static Protobuf transpose(String input, String output, int... axes) {
    return node("Transpose", List.of(input), output).message(5, integers("perm", axes));
  }

  private static Protobuf integers(String name, int... values) {
    Protobuf attribute = attribute(name, 7);
    for (int value : values) {
      attribute.number(8, value);
    }
    return attribute;
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

  static Protobuf node(String operator, List<String> inputs, String output) {
    Protobuf node = new Protobuf();
    inputs.forEach(input -> node.text(1, input));
    return node.text(2, output).text(4, operator);
  }

  static Protobuf attribute(String name, int type) {
    return new Protobuf().text(1, name).number(20, type);
  }

  private Protobuf tensor(String name, float[] values, long... dimensions) {
    Protobuf tensor = new Protobuf();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    boolean half = elementType == FLOAT16;
    tensor.number(2, half ? FLOAT16 : FLOAT).text(8, name);
    return half ? tensor.halves(9, values) : tensor.floats(9, values);
  }

  static Protobuf value(String name, int type, String... dimensions) {
    Protobuf shape = new Protobuf();
    for (String dimension : dimensions) {
      boolean fixed = Character.isDigit(dimension.charAt(0));
      shape.message(
          1,
          fixed
              ? new Protobuf().number(1, Long.parseLong(dimension))
              : new Protobuf().text(2, dimension));
    }
    Protobuf tensor = new Protobuf().number(1, type).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }
}

package io.subpixel.runtime.spark;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.zoo.Pretrained;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.network.util.JavaUtils;

/**
 * How pictures are upscaled, as names and values: those of {@code bin/runtime upscale}'s options.
 * The same in the command, in DataFrames and in SQL. Immutable.
 */
public final class PictureOptions implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What an option is, as {@code bin/runtime spark upscale --help} says it. */
  public enum Name {
    /** How many times larger. */
    SCALE("scale", "K", "Times larger, above 1, at most 16. Default: the model's."),
    /** A model. */
    MODEL(
        "model",
        "NAME|FILE.onnx",
        "A name listed by 'runtime models', or a file. Default: chosen for each image."),
    /** How much it corrects. */
    STRENGTH("strength", "0..1", "How much the model corrects; only models with strength."),
    /** The format of outputs. */
    FORMAT("format", "FORMAT", "png, jpeg, bmp, tiff, webp, pnm or avif. Default: the input's."),
    /** The quality of lossy formats. */
    QUALITY("quality", "1..100", "Quality of JPEG, WebP and AVIF. Default: 95."),
    /** Whether WebP and AVIF lose nothing. */
    LOSSLESS("lossless", "", "Write WebP and AVIF without loss."),
    /** The effort of PNG and TIFF. */
    COMPRESSION("compression", "fast|small", "Compression of PNG and TIFF. Default: fast."),
    /** Whether metadata is left out. */
    STRIP("strip", "", "Write no metadata."),
    /** What is put under alpha. */
    BACKGROUND("background", "COLOUR", "Background for alpha: white, black or #RRGGBB."),
    /** The largest picture. */
    MAX_PIXELS("max-pixels", "N", "Reject larger images by their header. Default: 268435456."),
    /** The memory of the network. */
    MEMORY("memory", "SIZE", "Memory limit of an executor's upscaler. Default: 1g."),
    /** Where the network runs. */
    DEVICE(
        "device",
        "cpu|cuda|...",
        "Where the network runs. Default: the GPU that Spark gives the task, otherwise the CPU.");

    private final String text;
    private final String label;
    private final String description;

    Name(String text, String label, String description) {
      this.text = text;
      this.label = label;
      this.description = description;
    }

    /** Returns what stands for the value in help. */
    public String label() {
      return label;
    }

    /** Returns whether it is true or false, and so needs no value in a command. */
    public boolean isFlag() {
      return label.isEmpty();
    }

    /** Returns what help says. */
    public String description() {
      return description;
    }

    /** Returns the name, such as {@code max-pixels}. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** Those of {@code bin/runtime upscale}. */
  public static final PictureOptions DEFAULTS = new PictureOptions(new TreeMap<>());

  @SuppressWarnings("serial") // a TreeMap
  private final SortedMap<String, String> values;

  private PictureOptions(SortedMap<String, String> values) {
    this.values = values;
  }

  /**
   * Creates options.
   *
   * @param values by name, such as {@code scale} and {@code 2}
   * @throws IllegalArgumentException if a name is unknown or a value is out of its range; the
   *     message begins with the name
   */
  public static PictureOptions of(Map<String, String> values) {
    for (String name : values.keySet()) {
      if (Arrays.stream(Name.values()).noneMatch(known -> known.text.equals(name))) {
        throw new IllegalArgumentException(
            name
                + ": expected one of "
                + Arrays.stream(Name.values()).map(Name::toString).collect(Collectors.joining(", "))
                + ", received another name");
      }
    }
    PictureOptions options = new PictureOptions(new TreeMap<>(values));
    options.target();
    options.upscale();
    options.device();
    options.memory();
    options.strength();
    String model = options.values.get(Name.MODEL.text);
    if (model != null && !options.isModelFile() && !Pretrained.names().contains(model)) {
      throw wrong(Name.MODEL, "one of " + Pretrained.names() + " or a file .onnx", model);
    }
    if (model == null) {
      int scale = options.modelScale();
      if (options.strength().isPresent()
          && Pretrained.photoOfScale(scale)
              .filter(name -> Pretrained.card(name).hasStrength())
              .isEmpty()) {
        throw wrong(Name.STRENGTH, "a model with strength", "--scale for models of x" + scale);
      }
    } else if (options.strength().isPresent()
        && !options.isModelFile()
        && !Pretrained.card(model).hasStrength()) {
      throw wrong(Name.STRENGTH, "a model with strength", model);
    }
    return options;
  }

  /**
   * Returns a copy with another value.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public PictureOptions with(Name name, String value) {
    Map<String, String> changed = new TreeMap<>(values);
    changed.put(name.text, value);
    return of(changed);
  }

  /** Returns the name or file of the model; empty to choose one for each picture. */
  public Optional<String> model() {
    return text(Name.MODEL);
  }

  /** Returns whether the model is a file rather than one of the library's. */
  public boolean isModelFile() {
    return model().filter(name -> name.endsWith(".onnx")).isPresent();
  }

  /** Returns how much the model corrects, if that is said. */
  public OptionalDouble strength() {
    Optional<Double> strength = parsed(Name.STRENGTH, "0 to 1", Double::valueOf);
    if (strength.filter(value -> !(value >= 0 && value <= 1)).isPresent()) {
      throw wrong(Name.STRENGTH, "0 to 1", strength.get().toString());
    }
    return strength.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /** Returns the scale of the library's models that suits the size best. */
  public int modelScale() {
    return target().bestModelScale();
  }

  /** Returns the size of results. */
  public TargetSize target() {
    String range = "above 1, at most " + TargetSize.MAX_SCALE;
    return parsed(Name.SCALE, range, text -> TargetSize.times(Double.parseDouble(text)))
        .orElse(TargetSize.ofModel());
  }

  /** Returns the format of outputs; empty for that of inputs. */
  public Optional<PictureFormat> format() {
    return text(Name.FORMAT)
        .map(
            text ->
                Arrays.stream(PictureFormat.values())
                    .filter(PictureFormat::isWritten)
                    .filter(format -> format.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> wrong(Name.FORMAT, Name.FORMAT.description, text)));
  }

  /** Returns the device, if one is named. */
  public Optional<Device> device() {
    return text(Name.DEVICE).map(Device::parse);
  }

  /** Returns the memory of an upscaler in bytes, if it is said. */
  public OptionalLong memory() {
    Optional<Long> bytes =
        parsed(Name.MEMORY, "at least 32m, such as 512m or 2g", JavaUtils::byteStringAsBytes);
    if (bytes.filter(value -> value < 32 << 20).isPresent()) {
      throw wrong(Name.MEMORY, "at least 32m", values.get(Name.MEMORY.text) + "");
    }
    return bytes.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** Returns the library's options, without a format. */
  public UpscaleOptions upscale() {
    WriteOptions write =
        WriteOptions.DEFAULTS
            .withQuality(whole(Name.QUALITY, WriteOptions.DEFAULTS.quality()))
            .withLossless(flag(Name.LOSSLESS))
            .withStripped(flag(Name.STRIP))
            .withCompression(
                parsed(
                        Name.COMPRESSION,
                        "fast or small",
                        text -> WriteOptions.Compression.valueOf(text.toUpperCase(Locale.ROOT)))
                    .orElse(WriteOptions.DEFAULTS.compression()));
    long maxPixels =
        parsed(Name.MAX_PIXELS, "1 or more", Long::valueOf).orElse(PictureReader.MAX_PIXELS);
    if (maxPixels < 1) {
      throw wrong(Name.MAX_PIXELS, "1 or more", Long.toString(maxPixels));
    }
    UpscaleOptions options =
        UpscaleOptions.DEFAULTS.withTarget(target()).withMaxPixels(maxPixels).withWrite(write);
    return text(Name.BACKGROUND)
        .map(colour -> options.withBackground(background(colour)))
        .orElse(options);
  }

  private static Background background(String colour) {
    try {
      return Background.parse(colour);
    } catch (IllegalArgumentException e) {
      throw wrong(Name.BACKGROUND, "white, black or #RRGGBB", colour);
    }
  }

  private int whole(Name name, int otherwise) {
    return parsed(name, "a whole number", Integer::valueOf).orElse(otherwise);
  }

  private boolean flag(Name name) {
    return parsed(
            name,
            "true or false",
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException(text);
                })
        .orElse(false);
  }

  private Optional<String> text(Name name) {
    return Optional.ofNullable(values.get(name.text));
  }

  private <T> Optional<T> parsed(Name name, String expected, Function<String, T> parse) {
    return text(name)
        .map(
            text -> {
              try {
                return parse.apply(text.strip());
              } catch (IllegalArgumentException e) {
                throw wrong(name, expected, text);
              }
            });
  }

  private static IllegalArgumentException wrong(Name name, String expected, String received) {
    return new IllegalArgumentException(name + ": expected " + expected + ", received " + received);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PictureOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns names and values, such as {@code {scale=2}}. */
  @Override
  public String toString() {
    return values.toString();
  }
}

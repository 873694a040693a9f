package io.subpixel.runtime.cli;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What is written, and under which name. */
final class OutputOptions {
  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      required = true,
      description =
          "For one picture, a file whose name ends in a picture's ending, or - for standard"
              + " output; else a folder, in which names and formats stay as they are, but GIF"
              + " becomes PNG.")
  private String out = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      completionCandidates = Formats.class,
      description = "One of ${COMPLETION-CANDIDATES}. Default: as OUT is named, else the input's.")
  private @Nullable PictureFormat format;

  @Option(
      names = "--quality",
      paramLabel = "1..100",
      description = "Of JPEG and WebP. Default: ${DEFAULT-VALUE}.")
  private int quality = WriteOptions.DEFAULTS.quality();

  @Option(
      names = "--compression",
      paramLabel = "fast|small",
      description = "Of PNG and TIFF; small takes several times longer. Default: fast.")
  private WriteOptions.Compression compression = WriteOptions.DEFAULTS.compression();

  @Option(
      names = "--name",
      paramLabel = "TEMPLATE",
      description =
          "Names in the folder OUT, by {name}, {ext}, {scale}, {model}, {width}, {height} (of the"
              + " output) and {parent} (the input's folder). Default: ${DEFAULT-VALUE}.")
  private String name = NameTemplate.DEFAULT;

  @Option(
      names = "--background",
      paramLabel = "COLOUR",
      converter = BackgroundConverter.class,
      description =
          "Put pictures with alpha on white, black or #RRGGBB, for formats without alpha.")
  private @Nullable Background background;

  @Option(
      names = "--compare",
      description =
          "Also write NAME.compare.png beside each output: a detail by nearest neighbour, by"
              + " bicubic and by the model.")
  private boolean compare;

  @Option(
      names = "--skip-existing",
      description = "Leave outputs alone that are there, newer than their input and of the size.")
  private boolean skipExisting;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(PictureFormat.values())
          .filter(PictureFormat::isWritten)
          .map(format -> format.name().toLowerCase(Locale.ROOT))
          .iterator();
    }
  }

  static final class FormatConverter implements ITypeConverter<PictureFormat> {
    @Override
    public PictureFormat convert(String value) {
      for (PictureFormat format : PictureFormat.values()) {
        if (format.isWritten() && format.name().equalsIgnoreCase(value)) {
          return format;
        }
      }
      throw new TypeConversionException(
          "expected one of " + String.join(", ", new Formats()) + ", received " + value);
    }
  }

  static final class BackgroundConverter implements ITypeConverter<Background> {
    @Override
    public Background convert(String value) {
      try {
        return Background.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Where to write. */
  String out() {
    return out;
  }

  /** What outputs are called. */
  NameTemplate template() throws UsageException {
    NameTemplate template = NameTemplate.parse(name);
    PictureFormat named = template.format().orElse(null);
    if (format != null && named != null && format != named) {
      throw new UsageException(
          "--format: expected that of --name " + name + ", received " + format.ending());
    }
    return template;
  }

  /** The format that was asked for. */
  @Nullable PictureFormat format() {
    return format;
  }

  /** How files are written. */
  WriteOptions write() {
    try {
      return WriteOptions.DEFAULTS.withQuality(quality).withCompression(compression);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** What pictures with alpha are put on, if anything. */
  @Nullable Background background() {
    return background;
  }

  /** Whether comparisons are wanted. */
  boolean compare() {
    return compare;
  }

  /** Whether what is there may stay. */
  boolean skipExisting() {
    return skipExisting;
  }
}

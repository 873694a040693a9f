package io.subpixel.runtime.cli;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.batch.NameTemplate;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options for names and formats of outputs. */
final class OutputOptions {
  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      required = true,
      description =
          "For a single image: a file with an image's ending, or - for standard output, as for a single video."
              + " Otherwise a folder, in which names and formats are kept, except that GIF becomes"
              + " PNG.")
  private String out = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      completionCandidates = Formats.class,
      description =
          "One of ${COMPLETION-CANDIDATES}. Default: that of OUT's name, or of the input. A video on"
              + " standard output needs one of mp4, mkv, webm, mov, avi, y4m, gif, apng.")
  private @Nullable Format format;

  @Option(
      names = "--quality",
      paramLabel = "1..100",
      description = "Quality of JPEG, WebP and AVIF. Default: ${DEFAULT-VALUE}.")
  private int quality = WriteOptions.DEFAULTS.quality();

  @Option(
      names = "--lossless",
      description =
          "Write WebP and AVIF without loss, whatever the quality; AVIF keeps 12 of 16 bits.")
  private boolean lossless;

  @Option(
      names = "--compression",
      paramLabel = "fast|small",
      description = "Compression of PNG and TIFF; small takes several times longer. Default: fast.")
  private WriteOptions.Compression compression = WriteOptions.DEFAULTS.compression();

  @Option(
      names = "--strip",
      description =
          "Write no metadata: Exif, XMP, IPTC, comments, density; tags and data streams of videos."
              + " Colour profiles, languages and chapters stay.")
  private boolean strip;

  @Option(
      names = "--name",
      paramLabel = "TEMPLATE",
      description =
          "Names in the folder OUT, with {name}, {ext}, {scale}, {model}, {width}, {height} (of the"
              + " output) and {parent} (the input's folder). Default: ${DEFAULT-VALUE}.")
  private String name = NameTemplate.DEFAULT.text();

  @Option(
      names = "--background",
      paramLabel = "COLOUR",
      converter = BackgroundConverter.class,
      description = "Background for images with alpha: white, black or #RRGGBB.")
  private @Nullable Background background;

  @Option(
      names = "--compare",
      description =
          "Also write NAME.compare.png next to each output: a detail by nearest neighbour, bicubic"
              + " and the model.")
  private boolean compare;

  @Option(
      names = "--skip-existing",
      description =
          "Keep existing outputs that are newer than their input and have the right size.")
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

  /** A picture's format, or otherwise a clip's. */
  record Format(@Nullable PictureFormat picture, @Nullable String clip) {}

  static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String value) {
      for (PictureFormat format : PictureFormat.values()) {
        if (format.isWritten() && format.name().equalsIgnoreCase(value)) {
          return new Format(format, null);
        }
      }
      String container = value.toLowerCase(Locale.ROOT);
      if (Clips.STREAMED.contains(container)) {
        return new Format(null, container);
      }
      throw new TypeConversionException(
          "expected one of "
              + String.join(", ", new Formats())
              + ", or for a video "
              + String.join(", ", Clips.STREAMED)
              + ", received "
              + value);
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

  /** Returns the value of {@code --out}. */
  String out() {
    return out;
  }

  /** Returns the template for names of outputs. */
  NameTemplate template() throws UsageException {
    NameTemplate template;
    try {
      template = new NameTemplate(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
    PictureFormat named = template.format().orElse(null);
    PictureFormat asked = format().orElse(null);
    if (asked != null && named != null && asked != named) {
      throw new UsageException(
          "--format: expected that of --name " + name + ", received " + asked.ending());
    }
    return template;
  }

  /** Returns the requested format of pictures. */
  Optional<PictureFormat> format() {
    return Optional.ofNullable(format).map(Format::picture);
  }

  /** Returns the requested container of a clip on standard output; null if there is none. */
  @Nullable String container() {
    return format == null ? null : format.clip();
  }

  /**
   * Returns the options for writing files.
   *
   * @param dpi pixels per inch to note in them, if any
   */
  WriteOptions write(OptionalDouble dpi) {
    try {
      WriteOptions options =
          WriteOptions.DEFAULTS
              .withQuality(quality)
              .withLossless(lossless)
              .withCompression(compression)
              .withStripped(strip);
      return dpi.isPresent() ? options.withDensity(dpi.getAsDouble()) : options;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** Returns whether to write no metadata. */
  boolean strip() {
    return strip;
  }

  /** Returns the background for pictures with alpha, if any. */
  @Nullable Background background() {
    return background;
  }

  /** Returns whether to write comparisons. */
  boolean compare() {
    return compare;
  }

  /** Returns whether to keep existing outputs. */
  boolean skipExisting() {
    return skipExisting;
  }
}

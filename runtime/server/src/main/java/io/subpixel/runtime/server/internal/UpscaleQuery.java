package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.TargetSize.Fit;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.zoo.Pretrained;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, by the parameters of its query. They mean what the options of {@code
 * runtime upscale} mean.
 *
 * @param options the size, the format, and how the file is written
 * @param models which model upscales it
 * @param clip what else it asks for if the upload is a clip
 */
record UpscaleQuery(UpscaleOptions options, Upscalers.Key models, ClipQuery clip) {
  static final Set<String> NAMES =
      Set.of(
          "scale",
          "width",
          "height",
          "fit",
          "model",
          "strength",
          "format",
          "quality",
          "compression",
          "background");

  private static final Set<String> NAMES_OF_JOBS =
      Stream.concat(NAMES.stream(), ClipQuery.NAMES.stream()).collect(Collectors.toSet());

  /**
   * Reads the parameters for a picture.
   *
   * @throws Problem if one is unknown, out of its range or doesn't go with another
   */
  static UpscaleQuery parse(Iterable<Map.Entry<String, String>> query) throws Problem {
    return parse(query, NAMES);
  }

  /**
   * Reads the parameters of a job, which may be a picture or a clip.
   *
   * @throws Problem as above
   */
  static UpscaleQuery parseJob(Iterable<Map.Entry<String, String>> query) throws Problem {
    return parse(query, NAMES_OF_JOBS);
  }

  private static UpscaleQuery parse(Iterable<Map.Entry<String, String>> query, Set<String> allowed)
      throws Problem {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, String> each : query) {
      if (!allowed.contains(each.getKey())) {
        String known = allowed.stream().sorted().collect(Collectors.joining(", "));
        throw Problem.parameter("query", "one of " + known, each.getKey());
      } else if (values.put(each.getKey(), each.getValue()) != null) {
        throw Problem.parameter(each.getKey(), "one value", "several");
      }
    }
    return new Parser(values, allowed.contains("codec")).query();
  }

  /** Returns the name of a format in queries, such as {@code png}. */
  static String name(PictureFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private record Parser(Map<String, String> values, boolean isJob) {
    UpscaleQuery query() throws Problem {
      TargetSize target = target();
      UpscaleOptions options =
          UpscaleOptions.DEFAULTS
              .withTarget(target)
              .withWrite(
                  value("quality", Parser::whole, WriteOptions.DEFAULTS::withQuality)
                      .orElse(WriteOptions.DEFAULTS)
                      .withCompression(compression()));
      Optional<Background> background = value("background", text -> text, Background::parse);
      if (background.isPresent()) {
        options = options.withBackground(background.get());
      }
      Optional<PictureFormat> format = format();
      if (format.isPresent()) {
        options = options.withFormat(format.get());
      }
      return new UpscaleQuery(options, models(target), clip());
    }

    private TargetSize target() throws Problem {
      Optional<TargetSize> scale = value("scale", Parser::decimal, TargetSize.Times::new);
      Optional<Integer> width = value("width", Parser::whole, each -> each);
      Optional<Integer> height = value("height", Parser::whole, each -> each);
      String fit = oneOf("fit", List.of("inside", "at-least", "cover", "exact"));
      if (scale.isPresent() && (width.isPresent() || height.isPresent())) {
        throw Problem.parameter("scale", "either scale or width and height", "both");
      } else if (fit != null && (width.isEmpty() || height.isEmpty())) {
        throw Problem.parameter("fit", "width and height", "one or none of them");
      }
      try {
        if (width.isPresent() && height.isPresent()) {
          return TargetSize.box(width.get(), height.get(), fit(fit));
        }
        return width
            .map(TargetSize::width)
            .or(() -> height.map(TargetSize::height))
            .or(() -> scale)
            .orElse(TargetSize.ofModel());
      } catch (IllegalArgumentException e) {
        throw inWords("size", e);
      }
    }

    private static Fit fit(@Nullable String name) {
      return name == null
          ? Fit.INSIDE
          : Fit.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private Upscalers.Key models(TargetSize target) throws Problem {
      Optional<Double> strength =
          value("strength", text -> decimal(text).doubleValue(), Parser::part);
      String model = values.get("model");
      if (model != null && !Pretrained.names().contains(model)) {
        throw Problem.parameter("model", "one of /v1/models", model);
      }
      int scale = model == null ? target.bestModelScale() : Pretrained.card(model).scale();
      String strong = model == null ? Pretrained.photoOfScale(scale).orElse(null) : model;
      if (strength.isPresent() && (strong == null || !Pretrained.card(strong).hasStrength())) {
        String received = model == null ? "a scale without one" : model;
        throw Problem.parameter("strength", "a model with strength, see /v1/models", received);
      }
      return new Upscalers.Key(
          Optional.ofNullable(model),
          scale,
          strength.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
    }

    private ClipQuery clip() throws Problem {
      if (!isJob) {
        return ClipQuery.none(values.keySet());
      }
      Optional<Integer> crf = value("crf", Parser::whole, Parser::crf);
      return new ClipQuery(
          container(),
          Optional.ofNullable(oneOf("codec", ClipQuery.CODECS)),
          crf.map(OptionalInt::of).orElse(OptionalInt.empty()),
          "true".equals(oneOf("deinterlace", List.of("true", "false"))),
          "true".equals(oneOf("drop-streams", List.of("true", "false"))),
          values.keySet());
    }

    private Optional<String> container() {
      return Optional.ofNullable(values.get("format"))
          .map(each -> each.toLowerCase(Locale.ROOT))
          .filter(ClipQuery.CONTAINERS::contains);
    }

    private static int crf(int quality) {
      if (quality > 63) {
        throw new IllegalArgumentException("crf: expected 0 to 63, received " + quality);
      }
      return quality;
    }

    private Optional<PictureFormat> format() throws Problem {
      String wanted = values.get("format");
      if (wanted == null) {
        return Optional.empty();
      }
      List<PictureFormat> written =
          Arrays.stream(PictureFormat.values()).filter(PictureFormat::isWritten).toList();
      for (PictureFormat format : written) {
        if (name(format).equalsIgnoreCase(wanted) || format.ending().equalsIgnoreCase(wanted)) {
          return Optional.of(format);
        }
      }
      if (isJob && container().isPresent()) {
        return Optional.empty();
      }
      Stream<String> names = written.stream().map(UpscaleQuery::name);
      String all =
          (isJob ? Stream.concat(names, ClipQuery.CONTAINERS.stream()).distinct() : names)
              .collect(Collectors.joining(", "));
      throw Problem.parameter("format", "one of " + all, wanted);
    }

    private WriteOptions.Compression compression() throws Problem {
      return "small".equals(oneOf("compression", List.of("fast", "small")))
          ? WriteOptions.Compression.SMALL
          : WriteOptions.DEFAULTS.compression();
    }

    private @Nullable String oneOf(String name, List<String> allowed) throws Problem {
      String value = values.get(name);
      if (value != null && !allowed.contains(value)) {
        int last = allowed.size() - 1;
        String words = String.join(", ", allowed.subList(0, last)) + " or " + allowed.get(last);
        throw Problem.parameter(name, words, value);
      }
      return value;
    }

    private static double part(double strength) {
      if (!(strength >= 0 && strength <= 1)) {
        throw new IllegalArgumentException("strength: expected 0 to 1, received " + strength);
      }
      return strength;
    }

    private static int whole(String text) {
      return decimal(text).intValueExact();
    }

    /** Reads digits and a point: an exponent could ask for a number of a billion digits. */
    private static BigDecimal decimal(String text) {
      if (!DECIMAL.matcher(text).matches()) {
        throw new NumberFormatException(text);
      }
      return new BigDecimal(text);
    }

    /** Reads a value; its range is checked by whoever makes something of it. */
    private <N, T> Optional<T> value(String name, Function<String, N> number, Function<N, T> maker)
        throws Problem {
      String text = values.get(name);
      if (text == null) {
        return Optional.empty();
      }
      N read;
      try {
        read = number.apply(text);
      } catch (ArithmeticException | NumberFormatException e) {
        throw Problem.parameter(name, "a number", text);
      }
      try {
        return Optional.of(maker.apply(read));
      } catch (IllegalArgumentException e) {
        throw inWords(name, e);
      }
    }

    /** The library's messages have this form. */
    private static final Pattern SAID =
        Pattern.compile("(?:(\\w+): )?expected (.*), received (.*)");

    private static Problem inWords(String name, IllegalArgumentException e) {
      Matcher said = SAID.matcher(String.valueOf(e.getMessage()));
      return said.matches()
          ? Problem.parameter(
              said.group(1) == null ? name : said.group(1), said.group(2), said.group(3))
          : Problem.parameter(name, "a usable value", "another");
    }
  }
}

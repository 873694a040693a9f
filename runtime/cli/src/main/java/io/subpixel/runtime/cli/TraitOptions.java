package io.subpixel.runtime.cli;

import io.subpixel.zoo.Colour;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.ValueRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a user may know better than a model's card and than probing. */
final class TraitOptions {
  private static final String NUMBER = "(-?\\d{1,6}(?:\\.\\d{1,6})?)";
  private static final Pattern RANGE = Pattern.compile(NUMBER + "\\.\\." + NUMBER);

  @Option(
      names = "--colour",
      paramLabel = "y|y-studio|rgb",
      converter = ColourConverter.class,
      description = "What the model's channels mean. Default: as its card says, else y or rgb.")
  private @Nullable Colour colour;

  @Option(
      names = "--value-range",
      paramLabel = "BLACK..WHITE",
      converter = RangeConverter.class,
      description =
          "What the model takes for black and white, such as 0..255. Default: as its card says,"
              + " else probed.")
  private @Nullable ValueRange range;

  @Option(
      names = "--receptive-radius",
      paramLabel = "N",
      converter = RadiusConverter.class,
      description =
          "How many LR pixels around a pixel its result depends on. Default: as the model's card"
              + " says, else probed.")
  private @Nullable Integer radius;

  static final class ColourConverter implements ITypeConverter<Colour> {
    @Override
    public Colour convert(String value) {
      return Stream.of(Colour.values())
          .filter(colour -> colour.id().equals(value))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("expected y, y-studio or rgb, received " + value));
    }
  }

  static final class RangeConverter implements ITypeConverter<ValueRange> {
    @Override
    public ValueRange convert(String value) {
      Matcher matcher = RANGE.matcher(value);
      try {
        if (matcher.matches()) {
          return new ValueRange(
              Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        }
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
      throw new TypeConversionException("expected two numbers as in 0..255, received " + value);
    }
  }

  static final class RadiusConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (!value.matches("\\d{1,4}") || Integer.parseInt(value) > 1024) {
        throw new TypeConversionException("expected 0 to 1024, received " + value);
      }
      return Integer.valueOf(value);
    }
  }

  /** Gives what was said to the builder. */
  Upscaler.Builder apply(Upscaler.Builder builder) {
    if (colour != null) {
      builder.colour(colour);
    }
    if (range != null) {
      builder.valueRange(range);
    }
    if (radius != null) {
      builder.receptiveRadius(radius);
    }
    return builder;
  }
}

package io.subpixel.runtime.cli;

import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.ValueRange;
import io.subpixel.zoo.Colour;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that override a model's card and probing. */
final class TraitOptions {
  private static final String NUMBER = "(-?\\d{1,6}(?:\\.\\d{1,6})?)";
  private static final Pattern RANGE = Pattern.compile(NUMBER + "\\.\\." + NUMBER);

  @Option(
      names = "--colour",
      paramLabel = "y|y-studio|rgb",
      converter = ColourConverter.class,
      description = "Meaning of the model's channels. Default: from its card, otherwise y or rgb.")
  private @Nullable Colour colour;

  @Option(
      names = "--value-range",
      paramLabel = "BLACK..WHITE",
      converter = RangeConverter.class,
      description =
          "The model's values for black and white, such as 0..255. Default: from its card,"
              + " otherwise probed.")
  private @Nullable ValueRange range;

  @Option(
      names = "--receptive-radius",
      paramLabel = "N",
      converter = RadiusConverter.class,
      description =
          "Distance in LR pixels within which a result depends on its surroundings. Default: from"
              + " the model's card, otherwise probed.")
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

  /** Applies the options to a builder. */
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

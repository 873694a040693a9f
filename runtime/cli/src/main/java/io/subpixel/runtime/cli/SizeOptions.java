package io.subpixel.runtime.cli;

import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.TargetSize.Fit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options for the size of the result. */
final class SizeOptions {
  /** In inches. */
  private static final BigDecimal ONE_CENTIMETRE =
      BigDecimal.ONE.divide(new BigDecimal("2.54"), MathContext.DECIMAL64);

  @Option(
      names = "--scale",
      paramLabel = "S",
      description =
          "Scale above 1, at most 16, such as 3 or 1.5. If the model has another scale, the image"
              + " is upscaled further and reduced by bicubic. Without --model, a suitable model is"
              + " chosen. Default: the model's scale.")
  private @Nullable BigDecimal scale;

  @Option(
      names = "--width",
      paramLabel = "W",
      converter = LengthConverter.class,
      description =
          "Width of the result in pixels, or printed at --dpi, such as 20cm, 200mm or 8in; instead of"
              + " --scale. The height follows, or see --fit.")
  private @Nullable Length width;

  @Option(
      names = "--height",
      paramLabel = "H",
      converter = LengthConverter.class,
      description = "Height of the result, likewise; the width follows, or see --fit.")
  private @Nullable Length height;

  @Option(
      names = "--shorter",
      paramLabel = "N",
      description = "Shorter side of the result in pixels, instead of --scale.")
  private @Nullable Integer shorter;

  @Option(
      names = "--megapixels",
      paramLabel = "M",
      description = "Million pixels of the result, about, such as 8 or 0.5, instead of --scale.")
  private @Nullable BigDecimal megapixels;

  @Option(
      names = "--fit",
      paramLabel = "inside|at-least|cover|exact",
      converter = FitConverter.class,
      description =
          "How an image of other proportions fits --width and --height: within both, not below"
              + " either, cropped to them, or distorted to them. Default: inside.")
  private @Nullable Fit fit;

  @Option(
      names = "--dpi",
      paramLabel = "N",
      description =
          "Pixels per inch: for --width and --height in cm, mm or in, and noted in the files. Alone,"
              + " it doesn't change the number of pixels.")
  private @Nullable Double dpi;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * A side in pixels, or printed.
   *
   * @param perUnit inches a unit; null for pixels
   */
  record Length(BigDecimal amount, @Nullable BigDecimal perUnit) {}

  static final class LengthConverter implements ITypeConverter<Length> {
    private static final Pattern FORM = Pattern.compile("(-?\\d{1,9}(?:\\.\\d{1,9})?)(cm|mm|in)?");

    @Override
    public Length convert(String value) {
      Matcher form = FORM.matcher(value);
      String unit = form.matches() ? form.group(2) : null;
      if (!form.matches() || (unit == null && value.contains("."))) {
        throw new TypeConversionException(
            "expected a number of pixels, or a length such as 20cm, 200mm or 8in, received "
                + value);
      }
      BigDecimal amount = new BigDecimal(form.group(1));
      if (unit == null) {
        return new Length(amount, null);
      }
      return switch (unit) {
        case "cm" -> new Length(amount, ONE_CENTIMETRE);
        case "mm" -> new Length(amount, ONE_CENTIMETRE.movePointLeft(1));
        default -> new Length(amount, BigDecimal.ONE);
      };
    }
  }

  static final class FitConverter implements ITypeConverter<Fit> {
    @Override
    public Fit convert(String value) {
      for (Fit each : Fit.values()) {
        if (value.equals(each.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
          return each;
        }
      }
      throw new TypeConversionException(
          "expected inside, at-least, cover or exact, received " + value);
    }
  }

  /**
   * Returns the requested size.
   *
   * @throws ParameterException if it is invalid, or options contradict each other
   */
  TargetSize target() {
    int kinds =
        (scale == null ? 0 : 1)
            + (width == null && height == null ? 0 : 1)
            + (shorter == null ? 0 : 1)
            + (megapixels == null ? 0 : 1);
    if (kinds > 1 && (shorter != null || megapixels != null)) {
      throw wrong(
          (shorter == null ? "--megapixels" : "--shorter")
              + ": expected no other size with it, received several");
    }
    if (scale != null && (width != null || height != null)) {
      throw wrong("--scale: expected no --width and --height with it, received some");
    }
    if (fit != null && (width == null || height == null)) {
      throw wrong("--fit: expected --width and --height with it, received less");
    }
    if (scale != null) {
      BigDecimal most = BigDecimal.valueOf(TargetSize.MAX_SCALE);
      if (scale.compareTo(BigDecimal.ONE) <= 0 || scale.compareTo(most) > 0) {
        throw wrong("--scale: expected above 1, at most " + most + ", received " + scale);
      }
      return new TargetSize.Times(scale);
    } else if (width != null && height != null) {
      return new TargetSize.Box(
          pixels("--width", width), pixels("--height", height), fit == null ? Fit.INSIDE : fit);
    } else if (width != null) {
      return new TargetSize.Width(pixels("--width", width));
    } else if (height != null) {
      return new TargetSize.Height(pixels("--height", height));
    }
    if (shorter != null) {
      return new TargetSize.Shorter(atLeastOne("--shorter", shorter));
    } else if (megapixels != null) {
      if (megapixels.signum() <= 0) {
        throw wrong("--megapixels: expected more than 0, received " + megapixels);
      }
      return new TargetSize.Megapixels(megapixels);
    }
    return new TargetSize.OfModel();
  }

  /** Returns the scale of the library's models that suits this size best. */
  int modelScale() {
    return target().bestModelScale();
  }

  /**
   * Returns the pixels per inch to note in the files, if any.
   *
   * @throws ParameterException if they are out of range
   */
  OptionalDouble dpi() {
    if (dpi == null) {
      return OptionalDouble.empty();
    }
    if (!(dpi >= 1 && dpi <= WriteOptions.MAX_DENSITY)) {
      throw wrong("--dpi: expected 1 to " + WriteOptions.MAX_DENSITY + ", received " + dpi);
    }
    return OptionalDouble.of(dpi);
  }

  /** Pixels of a side, rounded half up. */
  private int pixels(String name, Length side) {
    BigDecimal pixels = side.amount;
    if (side.perUnit != null) {
      BigDecimal density =
          BigDecimal.valueOf(
              dpi()
                  .orElseThrow(
                      () -> wrong(name + ": expected --dpi with a printed length, received none")));
      pixels = pixels.multiply(side.perUnit).multiply(density);
    }
    BigDecimal most = BigDecimal.valueOf(Integer.MAX_VALUE);
    return atLeastOne(name, pixels.setScale(0, RoundingMode.HALF_UP).min(most).intValue());
  }

  private int atLeastOne(String name, int pixels) {
    if (pixels < 1) {
      throw wrong(name + ": expected 1 or more, received " + pixels);
    }
    return pixels;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}

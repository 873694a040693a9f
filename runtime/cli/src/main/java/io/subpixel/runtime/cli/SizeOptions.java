package io.subpixel.runtime.cli;

import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.TargetSize.Fit;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options for the size of the result. */
final class SizeOptions {
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
      description =
          "Width of the result in pixels, instead of --scale; the height follows, or see --fit.")
  private @Nullable Integer width;

  @Option(
      names = "--height",
      paramLabel = "H",
      description =
          "Height of the result in pixels, instead of --scale; the width follows, or see --fit.")
  private @Nullable Integer height;

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

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

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
          atLeastOne("--width", width),
          atLeastOne("--height", height),
          fit == null ? Fit.INSIDE : fit);
    } else if (width != null) {
      return new TargetSize.Width(atLeastOne("--width", width));
    } else if (height != null) {
      return new TargetSize.Height(atLeastOne("--height", height));
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

package io.subpixel.runtime.cli;

import io.subpixel.runtime.TargetSize;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
      description = "Width of the result in pixels, instead of --scale; the height follows.")
  private @Nullable Integer width;

  @Option(
      names = "--height",
      paramLabel = "H",
      description = "Height of the result in pixels, instead of --scale; the width follows.")
  private @Nullable Integer height;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Returns the requested size.
   *
   * @throws ParameterException if it is invalid, or several are given
   */
  TargetSize target() {
    if ((scale == null ? 0 : 1) + (width == null ? 0 : 1) + (height == null ? 0 : 1) > 1) {
      throw wrong("--scale: expected one of --scale, --width and --height, received several");
    }
    if (scale != null) {
      BigDecimal most = BigDecimal.valueOf(TargetSize.MAX_SCALE);
      if (scale.compareTo(BigDecimal.ONE) <= 0 || scale.compareTo(most) > 0) {
        throw wrong("--scale: expected above 1, at most " + most + ", received " + scale);
      }
      return new TargetSize.Times(scale);
    } else if (width != null) {
      return new TargetSize.Width(atLeastOne("--width", width));
    } else if (height != null) {
      return new TargetSize.Height(atLeastOne("--height", height));
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

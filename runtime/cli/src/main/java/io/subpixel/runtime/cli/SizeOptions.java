package io.subpixel.runtime.cli;

import io.subpixel.runtime.TargetSize;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How large pictures become. */
final class SizeOptions {
  private static final int MIN_DEFAULT = 2;
  private static final int MAX_DEFAULT = 4;

  @Option(
      names = "--scale",
      paramLabel = "S",
      description =
          "So many times larger: above 1, at most 16, such as 3 or 1.5. A scale that the model"
              + " hasn't is reached by upscaling further and reducing by bicubic. Without --model, a"
              + " model that suits is taken. Default: the model's.")
  private @Nullable BigDecimal scale;

  @Option(
      names = "--width",
      paramLabel = "W",
      description = "So many columns, in place of --scale; rows in proportion.")
  private @Nullable Integer width;

  @Option(
      names = "--height",
      paramLabel = "H",
      description = "So many rows, in place of --scale; columns in proportion.")
  private @Nullable Integer height;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * The size that was asked for.
   *
   * @throws ParameterException if it is none, or there are two
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

  /** The scale that suits this size best, of the models that travel with the library. */
  int modelScale() {
    return target() instanceof TargetSize.Times times
        ? modelScale(times.scale().doubleValue())
        : MIN_DEFAULT;
  }

  /** Overshoots least; then takes the fewest passes. */
  private static int modelScale(double scale) {
    int best = MIN_DEFAULT;
    double least = Double.POSITIVE_INFINITY;
    for (int candidate = MAX_DEFAULT; candidate >= MIN_DEFAULT; candidate--) {
      double reached = candidate;
      while (reached < scale) {
        reached *= candidate;
      }
      if (reached < least) {
        least = reached;
        best = candidate;
      }
    }
    return best;
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

package io.subpixel.conformance.evaluate.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How good a picture looks, by measures of different kinds; of each but FSIM, lower is better.
 *
 * @param gmsd beside the original, see {@link Gmsd}
 * @param fsim beside the original by luma, see {@link Fsim}; NaN if both are flat
 * @param fsimc likewise with the colours
 * @param lpips beside the original, see {@link Lpips}; null if its file isn't given, NaN for
 *     pictures too small
 * @param niqe of the picture alone, see {@link Niqe}; null and NaN likewise
 * @param brisque of the picture alone, see {@link Brisque}; null likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Quality(
    double gmsd,
    double fsim,
    double fsimc,
    @Nullable Double lpips,
    @Nullable Double niqe,
    @Nullable Double brisque) {

  /** The means of what the pictures have; null for none. */
  public static @Nullable Quality mean(List<Quality> all) {
    Double gmsd = mean(all, Quality::gmsd);
    Double fsim = mean(all, Quality::fsim);
    Double fsimc = mean(all, Quality::fsimc);
    return gmsd == null || fsim == null || fsimc == null
        ? null
        : new Quality(
            gmsd,
            fsim,
            fsimc,
            mean(all, Quality::lpips),
            mean(all, Quality::niqe),
            mean(all, Quality::brisque));
  }

  /** Pictures too small or too flat for a measure aren't counted. */
  private static @Nullable Double mean(
      List<Quality> all, Function<Quality, @Nullable Double> figure) {
    List<Double> figures = all.stream().map(figure).filter(Objects::nonNull).toList();
    return figures.isEmpty()
        ? null
        : figures.stream()
            .mapToDouble(Double::doubleValue)
            .filter(each -> !Double.isNaN(each))
            .average()
            .orElse(Double.NaN);
  }
}

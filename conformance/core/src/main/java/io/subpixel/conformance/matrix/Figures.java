package io.subpixel.conformance.matrix;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How near a runtime's result is to the original and to the reference, on one or several pictures.
 *
 * @param picture the HR picture's name
 * @param width of the HR picture, cropped to the scale
 * @param height of the HR picture, cropped to the scale
 * @param psnr against HR, dB
 * @param ssim against HR
 * @param psnrDifference from the reference's PSNR, dB
 * @param largestDifference from the reference: of a plain model between values before clipping and
 *     rounding, of a pixel model between bytes, both as a share of the range 0..1
 * @param equalBytes share of bytes, after rounding, that are the reference's, 0..1
 * @param milliseconds of the network alone
 */
public record Figures(
    String picture,
    int width,
    int height,
    double psnr,
    double ssim,
    double psnrDifference,
    double largestDifference,
    double equalBytes,
    double milliseconds) {

  /** Means of PSNR, SSIM, equal bytes and time; the worst of the differences. */
  static Optional<Figures> summary(List<Figures> pictures) {
    if (pictures.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Figures(
            pictures.size() == 1 ? pictures.get(0).picture : pictures.size() + " pictures",
            pictures.get(0).width,
            pictures.get(0).height,
            mean(pictures, Figures::psnr),
            mean(pictures, Figures::ssim),
            worst(pictures, Figures::psnrDifference),
            worst(pictures, Figures::largestDifference),
            mean(pictures, Figures::equalBytes),
            mean(pictures, Figures::milliseconds)));
  }

  private static double mean(List<Figures> pictures, ToDoubleFunction<Figures> figure) {
    return pictures.stream().mapToDouble(figure).average().orElseThrow();
  }

  /** NaN if any is. */
  private static double worst(List<Figures> pictures, ToDoubleFunction<Figures> figure) {
    return pictures.stream().mapToDouble(figure).reduce(0, Math::max);
  }
}

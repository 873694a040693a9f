package io.subpixel.conformance.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.conformance.evaluate.metrics.Measures;
import io.subpixel.conformance.evaluate.metrics.Quality;
import io.subpixel.runtime.batch.internal.Rebuilt;
import org.jspecify.annotations.Nullable;

/**
 * How near a picture is to its original.
 *
 * @param picture the HR picture's file name
 * @param psnr of the model, dB
 * @param ssim of the model
 * @param bicubicPsnr of bicubic, dB
 * @param bicubicSsim of bicubic
 * @param bilinearPsnr of bilinear, dB
 * @param bilinearSsim of bilinear
 * @param quality of the model by other measures; null for frames of a clip
 * @param bicubicQuality of bicubic; null for frames of a clip
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PictureScore(
    String picture,
    double psnr,
    double ssim,
    double bicubicPsnr,
    double bicubicSsim,
    double bilinearPsnr,
    double bilinearSsim,
    @Nullable Quality quality,
    @Nullable Quality bicubicQuality) {
  /**
   * Measures rebuilt pictures by PSNR and SSIM alone.
   *
   * @param name of the picture
   */
  static PictureScore of(String name, Rebuilt pictures) {
    return of(name, pictures.figures(), null, null);
  }

  /**
   * Measures rebuilt pictures.
   *
   * @param name of the picture
   * @param measures beside PSNR and SSIM
   */
  static PictureScore of(String name, Rebuilt pictures, Measures measures) {
    return of(
        name,
        pictures.figures(),
        measures.of(pictures.hr(), pictures.sr(), pictures.scale()),
        measures.of(pictures.hr(), pictures.bicubic(), pictures.scale()));
  }

  private static PictureScore of(
      String name, Rebuilt.Figures figures, @Nullable Quality model, @Nullable Quality bicubic) {
    return new PictureScore(
        name,
        figures.psnr(),
        figures.ssim(),
        figures.bicubicPsnr(),
        figures.bicubicSsim(),
        figures.bilinearPsnr(),
        figures.bilinearSsim(),
        model,
        bicubic);
  }
}

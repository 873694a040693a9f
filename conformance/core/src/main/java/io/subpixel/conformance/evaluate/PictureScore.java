package io.subpixel.conformance.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.conformance.evaluate.metrics.Quality;
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
    @Nullable Quality bicubicQuality) {}

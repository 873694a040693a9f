package io.subpixel.conformance.parity;

/**
 * The results of both paths for one picture.
 *
 * @param picture the HR picture's file name
 * @param width of the HR picture, cropped to the scale
 * @param height of the HR picture, cropped to the scale
 * @param samediffPsnr PSNR by SameDiff, dB
 * @param onnxPsnr PSNR by ONNX Runtime, dB
 * @param bicubicPsnr PSNR by bicubic, dB
 * @param largestDifference between the two networks' outputs, before clipping and rounding, 0..1
 * @param equalBytes share of samples that are equal after rounding to 8 bits, 0..1
 */
public record PictureParity(
    String picture,
    int width,
    int height,
    double samediffPsnr,
    double onnxPsnr,
    double bicubicPsnr,
    double largestDifference,
    double equalBytes) {

  /** The difference of the two PSNR in dB; 0 if both are infinite. */
  public double psnrDifference() {
    return samediffPsnr == onnxPsnr ? 0 : Math.abs(samediffPsnr - onnxPsnr);
  }
}

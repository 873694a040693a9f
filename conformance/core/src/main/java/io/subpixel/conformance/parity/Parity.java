package io.subpixel.conformance.parity;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.trainer.internal.SameDiffNetwork;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Upscales pictures by SameDiff and by ONNX Runtime, both from pixels to pixels. Not thread-safe;
 * the caller closes the upscaler.
 */
public final class Parity {
  /** The largest difference in PSNR that counts as the same, in dB. */
  public static final double TOLERANCE_DB = 1e-4;

  private final SameDiffNetwork samediff;
  private final Upscaler onnx;
  private final Degradation degradation;

  /**
   * Compares a trained graph with what was exported of it.
   *
   * @param degradation how LR is made, from seed 0 if by chance
   */
  public Parity(SameDiffNetwork samediff, Upscaler onnx, Degradation degradation) {
    this.degradation = degradation;
    this.samediff = samediff;
    this.onnx = onnx;
  }

  /**
   * Degrades an HR picture and upscales it by both.
   *
   * @throws InvalidInputException if the file is no picture or too small to measure
   */
  public PictureParity compare(Path hrFile) throws IOException {
    ModelCard card = onnx.card();
    int scale = card.scale();
    Picture hr = HrPictures.read(hrFile, scale);
    Picture lr = degradation.apply(hr, scale, 0);
    Remembered bySameDiff = new Remembered(samediff);
    Remembered byOnnx = new Remembered(onnx::upscale);
    Picture samediffSr = PixelPath.upscale(lr, card, bySameDiff);
    Picture onnxSr = PixelPath.upscale(lr, card, byOnnx);
    Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
    return new PictureParity(
        String.valueOf(hrFile.getFileName()),
        hr.width(),
        hr.height(),
        Metrics.psnr(hr, samediffSr, scale),
        Metrics.psnr(hr, onnxSr, scale),
        Metrics.psnr(hr, bicubic, scale),
        largestDifference(bySameDiff.output, byOnnx.output),
        equalShare(samediffSr.samples(), onnxSr.samples()));
  }

  /** Keeps the network's output before it is clipped and rounded. */
  private static final class Remembered implements PixelPath.Network {
    private final PixelPath.Network network;
    private Plane[] output = new Plane[0];

    Remembered(PixelPath.Network network) {
      this.network = network;
    }

    @Override
    public Plane[] apply(Plane[] lr) {
      output = network.apply(lr);
      // The path may reuse the array; the planes stay as they are.
      return output.clone();
    }
  }

  /** The largest difference between planes of one size; of NaN against a number it is infinite. */
  public static double largestDifference(Plane[] a, Plane[] b) {
    double largest = 0;
    for (int c = 0; c < a.length; c++) {
      float[] x = a[c].values();
      float[] y = b[c].values();
      for (int i = 0; i < x.length; i++) {
        double difference = Math.abs((double) x[i] - y[i]);
        largest =
            Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
      }
    }
    return largest;
  }

  private static double equalShare(byte[] a, byte[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i]) {
        equal++;
      }
    }
    return (double) equal / a.length;
  }
}

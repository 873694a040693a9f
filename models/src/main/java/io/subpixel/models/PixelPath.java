package io.subpixel.models;

import io.subpixel.models.colour.Bt601;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.Plane;
import io.subpixel.models.resampling.Kernel;
import io.subpixel.models.resampling.Resampler;

/**
 * The way from pixels to pixels around a network, as the model contract has it: what goes in, what
 * becomes of chroma and alpha, how values are clipped and rounded. Whatever runs the network, the
 * pixels are those of this class.
 */
public final class PixelPath {
  private PixelPath() {}

  /** What runs a model on one picture. */
  @FunctionalInterface
  public interface Network {
    /**
     * Upscales planes.
     *
     * @param lr one plane for each channel of the model, {@code [H,W]}, 0..1: {@link Colour#planes}
     * @return as many planes, {@code [sH,sW]}, 0..1 but for overshoot
     */
    Plane[] apply(Plane[] lr);
  }

  /**
   * Upscales a picture. With a luma model, Y of its range goes through the network and Cb, Cr of
   * the same range are enlarged by bicubic; a grey picture stays grey. Alpha is enlarged by
   * bicubic. Values are clipped and rounded half up.
   *
   * @param lr a picture of any channels
   * @param card the model's
   * @param network what runs the model
   * @return the picture with both sides {@code scale} times larger and the same channels
   */
  public static Picture upscale(Picture lr, ModelCard card, Network network) {
    Resampler bicubic = Resampler.enlarging(lr.width(), lr.height(), card.scale(), Kernel.CUBIC);
    Plane[] result = network.apply(card.colour().planes(lr));
    Picture sr =
        switch (card.colour()) {
          case Y -> withChroma(lr, Bt601.FULL, bicubic, result);
          case Y_STUDIO -> withChroma(lr, Bt601.STUDIO, bicubic, result);
          case RGB -> fromRgb(lr, result);
        };
    return lr.hasAlpha() ? withAlpha(sr, bicubic.apply(lr.channel(lr.channels() - 1))) : sr;
  }

  private static Picture withChroma(Picture lr, Bt601 range, Resampler bicubic, Plane[] result) {
    if (!lr.isColour()) {
      return range.toGrey(result[0]);
    }
    Plane[] chroma = range.chroma(lr);
    return range.toRgb(result[0], bicubic.apply(chroma[0]), bicubic.apply(chroma[1]));
  }

  private static Picture fromRgb(Picture lr, Plane[] result) {
    for (int c = 0; c < result.length; c++) {
      result[c] = scaled(result[c], 255);
    }
    Picture sr = Picture.ofChannels(result);
    return lr.isColour() ? sr : Bt601.FULL.toGrey(Bt601.FULL.luma(sr));
  }

  private static Plane scaled(Plane plane, float factor) {
    float[] values = new float[plane.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = factor * plane.values()[i];
    }
    return new Plane(plane.width(), plane.height(), values);
  }

  private static Picture withAlpha(Picture picture, Plane alpha) {
    int channels = picture.channels();
    Plane[] planes = new Plane[channels + 1];
    for (int c = 0; c < channels; c++) {
      planes[c] = picture.channel(c);
    }
    planes[channels] = alpha;
    return Picture.ofChannels(planes);
  }
}

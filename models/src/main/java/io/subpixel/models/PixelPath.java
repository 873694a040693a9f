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
     * @param lr one plane for each channel of the model, {@code [H,W]}, 0..1
     * @return as many planes, {@code [sH,sW]}, 0..1 but for overshoot
     */
    Plane[] apply(Plane[] lr);
  }

  /**
   * Upscales a picture. With a luma model, Y goes through the network and Cb, Cr are enlarged by
   * bicubic; a grey picture stays grey. Alpha is enlarged by bicubic. Values are clipped and
   * rounded half up.
   *
   * @param lr a picture of any channels
   * @param card the model's
   * @param network what runs the model
   * @return the picture with both sides {@code scale} times larger and the same channels
   */
  public static Picture upscale(Picture lr, ModelCard card, Network network) {
    Resampler bicubic = Resampler.enlarging(lr.width(), lr.height(), card.scale(), Kernel.CUBIC);
    Picture sr =
        switch (card.colour()) {
          case Y -> upscaleLuma(lr, bicubic, network);
          case RGB -> upscaleRgb(lr, network);
        };
    return lr.hasAlpha() ? withAlpha(sr, bicubic.apply(lr.channel(lr.channels() - 1))) : sr;
  }

  private static Picture upscaleLuma(Picture lr, Resampler bicubic, Network network) {
    Plane luma = network.apply(new Plane[] {Bt601.FULL.luma(lr)})[0];
    if (!lr.isColour()) {
      return Bt601.FULL.toGrey(luma);
    }
    Plane[] chroma = Bt601.FULL.chroma(lr);
    return Bt601.FULL.toRgb(luma, bicubic.apply(chroma[0]), bicubic.apply(chroma[1]));
  }

  private static Picture upscaleRgb(Picture lr, Network network) {
    Plane[] rgb = new Plane[3];
    for (int c = 0; c < rgb.length; c++) {
      rgb[c] = divided(lr.channel(lr.isColour() ? c : 0), 255);
    }
    Plane[] result = network.apply(rgb);
    for (int c = 0; c < result.length; c++) {
      result[c] = scaled(result[c], 255);
    }
    Picture sr = Picture.ofChannels(result);
    return lr.isColour() ? sr : Bt601.FULL.toGrey(Bt601.FULL.luma(sr));
  }

  /** Not times the reciprocal, which misses the nearest value by a bit for some samples. */
  private static Plane divided(Plane plane, float divisor) {
    float[] values = new float[plane.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = plane.values()[i] / divisor;
    }
    return new Plane(plane.width(), plane.height(), values);
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

package io.subpixel.pictures.resampling;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;

/**
 * The two recipes by which the literature makes LR pictures from HR, both after MATLAB's {@code
 * imresize(hr, 1/scale, 'bicubic')}: a cubic kernel of a = -0.5, stretched by the scale, along
 * columns, then along rows.
 *
 * @since 0.1
 */
public enum MatlabBicubic {
  /** Rounded half up to 8 bits after each axis, edges clamped: the LR sets of SelfExSR and RCAN. */
  UINT8_CLAMP("bicubic-uint8-clamp", Edge.CLAMP, true),
  /** Rounded once at the end, edges mirrored: the LR sets of BasicSR. */
  DOUBLE_MIRROR("bicubic-double-mirror", Edge.MIRROR, false);

  private final String id;
  private final Edge edge;
  private final boolean roundBetween;

  MatlabBicubic(String id, Edge edge, boolean roundBetween) {
    this.id = id;
    this.edge = edge;
    this.roundBetween = roundBetween;
  }

  /** Its name in cards and options. */
  public String id() {
    return id;
  }

  /**
   * The LR picture of {@code hr}.
   *
   * @throws IllegalArgumentException unless both sides of {@code hr} are multiples of {@code
   *     scale}, which is at least 1
   */
  public Picture downscale(Picture hr, int scale) {
    if (scale < 1 || hr.width() % scale != 0 || hr.height() % scale != 0) {
      throw new IllegalArgumentException(
          "downscale: expected sides divisible by " + scale + ", received " + hr);
    }
    Resampler resampler =
        new Resampler(
            hr.width(), hr.height(), hr.width() / scale, hr.height() / scale, Kernel.CUBIC, edge);
    Plane[] channels = new Plane[hr.channels()];
    for (int c = 0; c < channels.length; c++) {
      double[] values = resampler.vertically(hr.channel(c));
      if (roundBetween) {
        for (int i = 0; i < values.length; i++) {
          values[i] = round(values[i]);
        }
      }
      values = resampler.horizontally(values);
      float[] rounded = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        rounded[i] = (float) round(values[i]);
      }
      channels[c] = new Plane(hr.width() / scale, hr.height() / scale, rounded);
    }
    return Picture.ofChannels(channels);
  }

  private static double round(double value) {
    return Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
  }
}

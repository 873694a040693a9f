package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;

/**
 * A gaussian blur, then low-pass decimation along columns and along rows, in double precision;
 * clipped and rounded half up once, at the end. The blur is that of {@code
 * scipy.ndimage.gaussian_filter(hr, sigma, mode='nearest')}, the decimation that of {@code
 * scipy.signal.decimate(x, scale, ftype='iir', zero_phase=True)}. LR pixel i is at HR pixel {@code
 * scale * i}, not at the centre of its block as with the bicubics, so a network trained on it
 * learns that shift.
 *
 * @param sigma of the blur in HR pixels, more than 0, at most {@value #MAX_SIGMA}
 */
record GaussianDecimate(double sigma) implements Shrinking {
  static final String NAME = "gaussian-decimate";
  static final double DEFAULT_SIGMA = 1;
  static final double MAX_SIGMA = 16;

  /** The radius at which scipy truncates the gaussian, in sigmas. */
  private static final double TRUNCATE = 4;

  GaussianDecimate {
    if (!(sigma > 0 && sigma <= MAX_SIGMA)) {
      throw new IllegalArgumentException(
          "sigma: expected more than 0, at most " + MAX_SIGMA + ", received " + sigma);
    }
  }

  @Override
  public String id() {
    return sigma == DEFAULT_SIGMA ? NAME : NAME + ":sigma=" + Decimals.print(sigma);
  }

  @Override
  public Picture apply(Picture hr, int scale) {
    Plane[] channels = new Plane[hr.channels()];
    for (int c = 0; c < channels.length; c++) {
      double[] values = shrunk(Grid.of(hr.channel(c)), scale).values();
      float[] rounded = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        // Rounded as double: the nearest float to x.4999999999 may be x.5.
        rounded[i] = (float) Math.min(Math.max(Math.floor(values[i] + 0.5), 0), 255);
      }
      channels[c] = new Plane(hr.width() / scale, hr.height() / scale, rounded);
    }
    return Picture.ofChannels(channels);
  }

  /** Returns the result before clipping and rounding. */
  Grid shrunk(Grid hr, int scale) {
    ZeroPhaseDecimator decimator = ZeroPhaseDecimator.of(scale);
    Grid blurred = blurredRows(blurredRows(hr.transposed()).transposed());
    return decimator.rows(decimator.rows(blurred.transposed()).transposed());
  }

  private Grid blurredRows(Grid grid) {
    int radius = (int) (TRUNCATE * sigma + 0.5);
    double[] weights = new double[2 * radius + 1];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      double d = (i - radius) / sigma;
      weights[i] = Math.exp(-0.5 * d * d);
      total += weights[i];
    }
    int width = grid.width();
    double[] result = new double[grid.values().length];
    double[] row = new double[width + 2 * radius];
    for (int start = 0; start < result.length; start += width) {
      for (int x = 0; x < row.length; x++) {
        row[x] = grid.values()[start + Math.min(Math.max(x - radius, 0), width - 1)];
      }
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
          sum += weights[i] * row[x + i];
        }
        result[start + x] = sum / total;
      }
    }
    return new Grid(width, result);
  }
}

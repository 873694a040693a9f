package io.subpixel.zoo.internal.condition;

import java.util.ArrayList;
import java.util.List;

/**
 * Detects the grid of a block transform: at block edges, the step between neighbours exceeds the
 * steps on either side more often than elsewhere.
 *
 * <p>Steps are compared across and beside the edge as by Fan and de Queiroz, "Identification of
 * bitmap compression history: JPEG detection and quantizer estimation", IEEE Transactions on Image
 * Processing 12 (2003), p. 230; they are counted rather than averaged, so that a few strong edges
 * of the picture don't dominate. A picture's own content has no grid, or not the same one
 * everywhere, so its parts are tested one by one and must agree, in both directions.
 */
final class Grid {
  private static final int PHASES = 16;

  /** 8 for JPEG; 4 for WebP, H.264 and similar; 16 for their macroblocks and for halved chroma. */
  private static final int[] PERIODS = {8, 4, 16};

  /** The side of a part; a window has several. */
  private static final int PART = 32;

  /** Parts with fewer steps are ignored. */
  private static final int MIN_STEPS = 100;

  /** Fewer parts may agree by chance. */
  private static final int MIN_PARTS = 6;

  /** The number of standard errors by which the parts' mean must exceed 0. */
  private static final double MIN_ERRORS = 4.5;

  private final List<List<double[]>> peaks = List.of(new ArrayList<>(), new ArrayList<>());
  private final List<List<double[]>> steps = List.of(new ArrayList<>(), new ArrayList<>());

  /** Counts the steps in a window whose first sample lies at (x, y) of the picture. */
  void add(float[] luma, int width, int height, int x, int y) {
    for (int top = 0; top < height; top += PART) {
      for (int left = 0; left < width; left += PART) {
        int right = Math.min(left + PART, width);
        int bottom = Math.min(top + PART, height);
        double[][] peak = new double[2][PHASES];
        double[][] step = new double[2][PHASES];
        for (int j = top; j < bottom; j++) {
          for (int i = Math.max(2, left); i < Math.min(right, width - 1); i++) {
            count(luma, j * width + i, 1, peak[0], step[0], (x + i) % PHASES);
          }
        }
        for (int j = Math.max(2, top); j < Math.min(bottom, height - 1); j++) {
          for (int i = left; i < right; i++) {
            count(luma, j * width + i, width, peak[1], step[1], (y + j) % PHASES);
          }
        }
        for (int direction = 0; direction < 2; direction++) {
          peaks.get(direction).add(peak[direction]);
          steps.get(direction).add(step[direction]);
        }
      }
    }
  }

  private static void count(
      float[] luma, int at, int stride, double[] peak, double[] step, int phase) {
    float before = Math.abs(luma[at - stride] - luma[at - 2 * stride]);
    float here = Math.abs(luma[at] - luma[at - stride]);
    float behind = Math.abs(luma[at + stride] - luma[at]);
    if (before + here + behind > 0) {
      step[phase]++;
      if (here > before && here > behind) {
        peak[phase]++;
      }
    }
  }

  /**
   * Returns how much more often the grid's edges have a peak than other places, 0..1: the maximum
   * over periods of what exceeds chance, in the weaker direction; 0 if nothing does.
   */
  double strength() {
    double most = 0;
    for (int period : PERIODS) {
      Excess across = excess(0, period);
      Excess down = excess(1, period);
      if (Math.min(across.errors, down.errors) >= MIN_ERRORS) {
        most = Math.max(most, Math.min(across.share, down.share));
      }
    }
    return most;
  }

  private record Excess(double share, double errors) {}

  /** Returns the excess of the phase on which the parts agree best. */
  private Excess excess(int direction, int period) {
    Excess most = new Excess(0, 0);
    for (int phase = 0; phase < period; phase++) {
      Excess of = excess(peaks.get(direction), steps.get(direction), period, phase);
      most = of.errors > most.errors ? of : most;
    }
    return most;
  }

  private static Excess excess(List<double[]> peaks, List<double[]> steps, int period, int phase) {
    double sum = 0;
    double squares = 0;
    int parts = 0;
    for (int part = 0; part < peaks.size(); part++) {
      double peaksOn = 0;
      double on = 0;
      double peaksOff = 0;
      double off = 0;
      for (int i = 0; i < PHASES; i++) {
        if (i % period == phase) {
          peaksOn += peaks.get(part)[i];
          on += steps.get(part)[i];
        } else {
          peaksOff += peaks.get(part)[i];
          off += steps.get(part)[i];
        }
      }
      if (on > 0 && off > 0 && on + off >= MIN_STEPS) {
        double share = peaksOn / on - peaksOff / off;
        sum += share;
        squares += share * share;
        parts++;
      }
    }
    if (parts < MIN_PARTS) {
      return new Excess(0, 0);
    }
    double mean = sum / parts;
    double variance = (squares / parts - mean * mean) * parts / (parts - 1);
    return new Excess(mean, mean / Math.sqrt(Math.max(variance, 1e-9) / parts));
  }
}

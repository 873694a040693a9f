package io.subpixel.models.condition;

/**
 * Finds the grid of a block transform: at the blocks' edges a step between neighbours exceeds the
 * steps on either side more often than elsewhere.
 *
 * <p>Without a grid every column is as likely to have such a step as any other, whatever is in the
 * picture, so the share can be tested as that of a coin. Steps are compared across and beside the
 * edge as by Fan and de Queiroz, "Identification of bitmap compression history: JPEG detection and
 * quantizer estimation", IEEE Transactions on Image Processing 12 (2003), p. 230; counted rather
 * than averaged, so that a few strong edges of the picture itself don't count more than others.
 */
final class Grid {
  private static final int PHASES = 16;

  /** Of JPEG 8; of WebP, H.264 and the like 4; of their macroblocks and of halved chroma 16. */
  private static final int[] PERIODS = {8, 4, 16};

  /** Rows share edges with those above, so that chance makes more than of independent steps. */
  private static final double LEAST_DEVIATIONS = 6;

  private final long[][] peaks = new long[2][PHASES];
  private final long[][] steps = new long[2][PHASES];

  /** Counts the steps in a window whose first sample lies at (x, y) of the picture. */
  void add(float[] luma, int width, int height, int x, int y) {
    for (int j = 0; j < height; j++) {
      for (int i = 2; i < width - 1; i++) {
        count(0, x + i, luma, j * width + i, 1);
      }
    }
    for (int j = 2; j < height - 1; j++) {
      for (int i = 0; i < width; i++) {
        count(1, y + j, luma, j * width + i, width);
      }
    }
  }

  private void count(int direction, int place, float[] luma, int at, int stride) {
    float before = Math.abs(luma[at - stride] - luma[at - 2 * stride]);
    float here = Math.abs(luma[at] - luma[at - stride]);
    float behind = Math.abs(luma[at + stride] - luma[at]);
    if (before + here + behind > 0) {
      steps[direction][place % PHASES]++;
      if (here > before && here > behind) {
        peaks[direction][place % PHASES]++;
      }
    }
  }

  /**
   * How much more often the grid's edges have a peak than other places, 0..1: the most that any
   * period shows beyond chance, in the direction that shows it less; 0 if none does.
   */
  double strength() {
    double most = 0;
    for (int period : PERIODS) {
      Excess across = excess(0, period);
      Excess down = excess(1, period);
      if (Math.min(across.deviations, down.deviations) >= LEAST_DEVIATIONS) {
        most = Math.max(most, Math.min(across.share, down.share));
      }
    }
    return most;
  }

  private record Excess(double share, double deviations) {}

  /** That of the phase which has the most. */
  private Excess excess(int direction, int period) {
    Excess most = new Excess(0, 0);
    for (int phase = 0; phase < period; phase++) {
      long peaksOn = 0;
      long on = 0;
      long peaksOff = 0;
      long off = 0;
      for (int i = 0; i < PHASES; i++) {
        if (i % period == phase) {
          peaksOn += peaks[direction][i];
          on += steps[direction][i];
        } else {
          peaksOff += peaks[direction][i];
          off += steps[direction][i];
        }
      }
      if (on == 0 || off == 0) {
        continue;
      }
      double usual = (double) peaksOff / off;
      double share = (double) peaksOn / on - usual;
      double deviations = share / Math.sqrt(Math.max(usual * (1 - usual), 1e-3) / on);
      if (deviations > most.deviations) {
        most = new Excess(share, deviations);
      }
    }
    return most;
  }
}

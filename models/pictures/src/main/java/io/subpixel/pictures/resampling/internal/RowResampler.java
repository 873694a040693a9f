package io.subpixel.pictures.resampling.internal;

import io.subpixel.pictures.resampling.Resampler;
import java.util.Arrays;

/**
 * Does a {@link Resampler}'s work row by row, for some columns or all. Source rows go in from top
 * to bottom; target rows come out as soon as their source rows are there. The values are identical.
 * For one thread.
 */
public final class RowResampler {
  private final Axis columns;
  private final Axis rows;
  private final int sourceFrom;
  private final int targetFrom;
  private final int targetTo;
  // A ring of source rows that target rows may still need.
  private final double[][] ring;
  private final double[] line;

  /**
   * Creates a resampler for some of the target's columns.
   *
   * @param from the first
   * @param to the column after the last
   */
  public RowResampler(Axis columns, Axis rows, int from, int to) {
    this.columns = columns;
    this.rows = rows;
    targetFrom = from;
    targetTo = to;
    int first = Integer.MAX_VALUE;
    int last = 0;
    for (int x = from; x < to; x++) {
      first = Math.min(first, rows.first(x));
      last = Math.max(last, rows.last(x));
    }
    sourceFrom = first;
    line = new double[last + 1 - first];
    ring = new double[columns.span()][line.length];
  }

  /** The first source column that is needed. */
  public int sourceFrom() {
    return sourceFrom;
  }

  /** Returns how many source columns are needed. */
  public int sourceWidth() {
    return line.length;
  }

  /** The first source row that a target row needs. */
  public int first(int targetRow) {
    return columns.first(targetRow);
  }

  /** The last source row that a target row needs. */
  public int last(int targetRow) {
    return columns.last(targetRow);
  }

  /**
   * Takes a source row. Rows must come in order.
   *
   * @param values the row's needed columns
   */
  public void put(int sourceRow, float[] values) {
    double[] kept = ring[sourceRow % ring.length];
    for (int x = 0; x < kept.length; x++) {
      kept[x] = values[x];
    }
  }

  /**
   * Computes a target row, after its source rows were put.
   *
   * @param result receives its columns, from 0 on
   */
  public void get(int targetRow, float[] result) {
    int taps = columns.taps();
    if (taps == 4) {
      sum(
          source(targetRow, 0),
          columns.weight(targetRow, 0),
          source(targetRow, 1),
          columns.weight(targetRow, 1),
          source(targetRow, 2),
          columns.weight(targetRow, 2),
          source(targetRow, 3),
          columns.weight(targetRow, 3));
    } else {
      Arrays.fill(line, 0);
      for (int t = 0; t < taps; t++) {
        double w = columns.weight(targetRow, t);
        double[] values = source(targetRow, t);
        for (int x = 0; x < line.length; x++) {
          line[x] += w * values[x];
        }
      }
    }
    rows.line(line, sourceFrom, targetFrom, targetTo, result);
  }

  private double[] source(int targetRow, int tap) {
    return ring[columns.index(targetRow, tap) % ring.length];
  }

  /** Sums the four taps of bicubic in one pass. */
  private void sum(
      double[] s, double ws, double[] t, double wt, double[] u, double wu, double[] v, double wv) {
    for (int x = 0; x < line.length; x++) {
      line[x] = ws * s[x] + wt * t[x] + wu * u[x] + wv * v[x];
    }
  }
}

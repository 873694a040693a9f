package io.subpixel.runtime;

import io.subpixel.pictures.Plane;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The result of a network whose end {@link Polyphase} has cut off: a plane for each of the 4x4 SR
 * pixels of 2x2 LR pixels. Reading a row does what the end did. Not thread-safe.
 */
final class Subpixels {
  private static final int SCALE = Polyphase.SCALE;
  private static final int PHASES = Polyphase.PHASES;
  private static final int SIDE = SCALE * PHASES;

  private final FloatBuffer lr;
  private final FloatBuffer planes;
  private final boolean addsLr;
  private final int width;
  private final int height;
  private final int columns;
  private final int rows;
  private final float[][] parts;
  private final float[] added;
  private final float[] joined;

  /**
   * What was cut off.
   *
   * @param addsLr whether each LR pixel was added to its SR pixels
   */
  record Ending(boolean addsLr) {}

  /**
   * @param width of the network's input
   * @param height of it
   * @param lr its values, {@code [1,1,H,W]}; shared, not copied
   * @param planes the network's output, of {@link #shape}; shared, not copied
   */
  Subpixels(Ending ending, int width, int height, FloatBuffer lr, FloatBuffer planes) {
    this.width = width;
    this.height = height;
    this.lr = lr;
    this.planes = planes;
    addsLr = ending.addsLr;
    long[] shape = shape(width, height);
    rows = (int) shape[2];
    columns = (int) shape[3];
    parts = new float[SIDE][columns];
    joined = new float[SIDE * columns];
    added = new float[PHASES * columns];
    // Changes no value that it is added to, not even -0.
    Arrays.fill(added, -0f);
  }

  /** Returns the shape of the network's output for an input of that size. */
  static long[] shape(int width, int height) {
    return new long[] {
      1, SIDE * SIDE, (height + PHASES - 1) / PHASES, (width + PHASES - 1) / PHASES
    };
  }

  /**
   * Gets a part of a row of the SR picture.
   *
   * @param y the row
   * @param x the first column
   * @param n how many columns
   * @param values filled from its start, with the model's values
   */
  void getRow(int y, int x, int n, float[] values) {
    int first = x / SIDE;
    int count = (x + n + SIDE - 1) / SIDE - first;
    for (int i = 0; i < SIDE; i++) {
      int plane = y % SIDE * SIDE + i;
      planes.get((plane * rows + y / SIDE) * columns + first, parts[i], 0, count);
    }
    if (addsLr) {
      int from = PHASES * first;
      lr.get(y / SCALE * width + from, added, 0, Math.min(PHASES * count, width - from));
    }
    join(parts[0], parts[1], parts[2], parts[3], count);
    System.arraycopy(joined, x % SIDE, values, 0, n);
  }

  /** Returns the whole SR picture. */
  Plane plane() {
    Plane sr = new Plane(SCALE * width, SCALE * height);
    float[] row = new float[sr.width()];
    for (int y = 0; y < sr.height(); y++) {
      getRow(y, 0, row.length, row);
      System.arraycopy(row, 0, sr.values(), y * row.length, row.length);
    }
    return sr;
  }

  private void join(float[] a, float[] b, float[] c, float[] d, int count) {
    for (int i = 0; i < count; i++) {
      float left = added[PHASES * i];
      float right = added[PHASES * i + 1];
      joined[SIDE * i] = a[i] + left;
      joined[SIDE * i + 1] = b[i] + left;
      joined[SIDE * i + 2] = c[i] + right;
      joined[SIDE * i + 3] = d[i] + right;
    }
  }
}

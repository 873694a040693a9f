package io.subpixel.zoo.internal.condition;

import io.subpixel.pictures.Rows;

/**
 * Square parts of a picture, spread evenly over its rows: all of a small picture, a sample of a
 * large one, so that the analysis takes about the same time.
 *
 * @param rows the rows of the picture
 * @param count how many rows there are
 */
record Windows(Rows rows, int count) {
  /** The side of a window. */
  static final int SIDE = 64;

  private static final int MAX_WINDOWS = 100;

  /** Visits windows one after the other. */
  interface Visitor {
    /**
     * Visits a window. The arrays are reused for the next.
     *
     * @param luma Y of BT.601, {@code [height,width]}, 0..255
     * @param blue Cb likewise, 128 for grey
     * @param x the column of its first sample in the picture
     * @param y the row of its first sample
     */
    void visit(float[] luma, float[] blue, int width, int height, int x, int y);
  }

  void each(Visitor visitor) {
    int width = Math.min(SIDE, rows.width());
    int height = Math.min(SIDE, count);
    double across = Math.ceil((double) rows.width() / SIDE);
    double down = Math.ceil((double) count / SIDE);
    double part = Math.min(1, Math.sqrt(MAX_WINDOWS / (across * down)));
    int columns = (int) Math.max(1, across * part);
    int lines = (int) Math.max(1, Math.min(down, MAX_WINDOWS / (double) columns));
    float[] luma = new float[width * height];
    float[] blue = new float[width * height];
    for (int j = 0; j < lines; j++) {
      int y = place(j, lines, count - height);
      for (int i = 0; i < columns; i++) {
        int x = place(i, columns, rows.width() - width);
        read(x, y, width, height, luma, blue);
        visitor.visit(luma, blue, width, height, x, y);
      }
    }
  }

  /** Spreads positions over a range, including both ends. */
  private static int place(int index, int of, int range) {
    return of == 1 ? range / 2 : (int) ((long) range * index / (of - 1));
  }

  private void read(int x, int y, int width, int height, float[] luma, float[] blue) {
    boolean isColour = rows.channels() >= 3;
    float scale = 255f / rows.greatest();
    float[] red = new float[width];
    float[] green = new float[width];
    float[] last = new float[width];
    for (int j = 0; j < height; j++) {
      rows.get(y + j, x, width, 0, red);
      if (isColour) {
        rows.get(y + j, x, width, 1, green);
        rows.get(y + j, x, width, 2, last);
      }
      for (int i = 0; i < width; i++) {
        float grey = isColour ? 0.299f * red[i] + 0.587f * green[i] + 0.114f * last[i] : red[i];
        luma[j * width + i] = scale * grey;
        blue[j * width + i] = isColour ? 128 + scale * (last[i] - grey) / 1.772f : 128;
      }
    }
  }
}

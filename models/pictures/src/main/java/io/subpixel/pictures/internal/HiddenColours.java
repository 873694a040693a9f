package io.subpixel.pictures.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.util.Arrays;

/**
 * Replaces colours that alpha hides completely. They can be anything, mostly black, and a network
 * that sees them next to visible ones draws an edge, which shows as a fringe on another background.
 * So hidden pixels near visible ones take over their colours, layer by layer: each becomes the mean
 * of its neighbours in the previous layers.
 */
public final class HiddenColours {
  private static final int FARTHEST = 16;

  /** The distance by which bicubic alpha reaches beyond visible pixels. */
  private static final int ALPHA_RADIUS = 2;

  private final Rows rows;
  private final int width;
  private final int count;
  private final int alpha;
  // Whether a pixel has its final colour.
  private final boolean[] known;

  private HiddenColours(Rows rows, int count) {
    this.rows = rows;
    this.count = count;
    width = rows.width();
    alpha = rows.channels() - 1;
    known = new boolean[Math.multiplyExact(count, width)];
  }

  /**
   * Returns how many layers are replaced, which is also how many rows around a part must be known.
   *
   * @param receptiveRadius how far the network sees, in LR pixels
   */
  public static int layers(int receptiveRadius) {
    return Math.min(receptiveRadius, FARTHEST) + ALPHA_RADIUS;
  }

  /**
   * Returns a copy with hidden colours replaced, or the rows themselves if there is nothing to
   * replace.
   *
   * @param rows with or without alpha
   * @param count how many of them to process, from the first on
   * @param receptiveRadius how far the network sees, in LR pixels
   */
  public static Rows replaced(Rows rows, int count, int receptiveRadius) {
    if (rows.channels() % 2 != 0) {
      return rows;
    }
    HiddenColours hidden = new HiddenColours(rows, count);
    if (!hidden.findKnown()) {
      return rows;
    }
    PictureLayout layout =
        new PictureLayout(rows.width(), rows.count(), rows.channels(), rows.depth());
    Rows copy = new Rows(rows.count(), layout);
    rows.copyTo(0, copy, 0, rows.count());
    hidden.replace(copy, layers(receptiveRadius));
    return copy;
  }

  /** Returns whether there is both something hidden and something visible. */
  private boolean findKnown() {
    int visible = 0;
    for (int i = 0; i < known.length; i++) {
      known[i] = rows.at(i / width, i % width, alpha) > 0;
      visible += known[i] ? 1 : 0;
    }
    return visible > 0 && visible < known.length;
  }

  private void replace(Rows target, int layers) {
    int[] layer = new int[256];
    int size = 0;
    boolean[] listed = known.clone();
    for (int i = 0; i < known.length; i++) {
      if (known[i]) {
        continue;
      }
      if (hasKnownNeighbour(i)) {
        layer = appended(layer, size++, i);
        listed[i] = true;
      }
    }
    for (int n = 0; n < layers && size > 0; n++) {
      for (int k = 0; k < size; k++) {
        setMean(target, layer[k]);
      }
      int[] next = new int[size];
      int nextSize = 0;
      for (int k = 0; k < size; k++) {
        known[layer[k]] = true;
      }
      for (int k = 0; k < size; k++) {
        int x = layer[k] % width;
        int y = layer[k] / width;
        for (int ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, count - 1); ny++) {
          for (int nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
            int i = ny * width + nx;
            if (!listed[i]) {
              listed[i] = true;
              next = appended(next, nextSize++, i);
            }
          }
        }
      }
      layer = next;
      size = nextSize;
    }
  }

  private static int[] appended(int[] list, int size, int value) {
    int[] room = size < list.length ? list : Arrays.copyOf(list, 2 * size + 1);
    room[size] = value;
    return room;
  }

  private boolean hasKnownNeighbour(int i) {
    int x = i % width;
    int y = i / width;
    for (int ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, count - 1); ny++) {
      for (int nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
        if (known[ny * width + nx]) {
          return true;
        }
      }
    }
    return false;
  }

  private void setMean(Rows target, int i) {
    int x = i % width;
    int y = i / width;
    for (int c = 0; c < alpha; c++) {
      int sum = 0;
      int n = 0;
      for (int ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, count - 1); ny++) {
        for (int nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
          if (known[ny * width + nx]) {
            sum += target.at(ny, nx, c);
            n++;
          }
        }
      }
      target.put(y, x, c, (sum + n / 2) / n);
    }
  }
}

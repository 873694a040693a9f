package io.subpixel.pictures.internal.metadata;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;

/**
 * Applies Exif's orientation (CIPA DC-008, 4.6.5.1.6), 1 to 8: optionally transposes the picture,
 * then mirrors it left to right, top to bottom, or both.
 */
public final class Orientation {
  private final boolean transposes;
  private final boolean mirrorsColumns;
  private final boolean mirrorsRows;

  public Orientation(int orientation) {
    transposes = orientation >= 5;
    mirrorsColumns = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    mirrorsRows = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  }

  /** Returns whether width becomes height. */
  public boolean swapsSides() {
    return transposes;
  }

  /** Returns whether every row of the result comes from one stored row, in the same order. */
  public boolean isByRows() {
    return !transposes && !mirrorsRows;
  }

  public PictureLayout layout(PictureLayout stored) {
    return transposes ? stored.withSize(stored.height(), stored.width()) : stored;
  }

  /** Mirrors rows left to right, if the orientation requires it. */
  public void mirrorRows(Rows rows, int at, int count) {
    if (!mirrorsColumns) {
      return;
    }
    int channels = rows.channels();
    int length = rows.rowLength();
    for (int row = at; row < at + count; row++) {
      int left = row * length;
      int right = left + length - channels;
      for (; left < right; left += channels, right -= channels) {
        for (int c = 0; c < channels; c++) {
          swap(rows, left + c, right + c);
        }
      }
    }
  }

  private static void swap(Rows rows, int a, int b) {
    if (rows.depth() == 8) {
      byte[] samples = rows.bytes();
      byte kept = samples[a];
      samples[a] = samples[b];
      samples[b] = kept;
    } else {
      short[] samples = rows.shorts();
      short kept = samples[a];
      samples[a] = samples[b];
      samples[b] = kept;
    }
  }

  /** Produces rows of the oriented picture, from {@code first} on. */
  public void rows(Rows stored, int first, Rows into, int at, int count) {
    if (!transposes) {
      for (int i = 0; i < count; i++) {
        stored.copyTo(stored.count() - 1 - first - i, into, at + i, 1);
      }
      mirrorRows(into, at, count);
      return;
    }
    // Stored rows are the outer loop, as they are contiguous in memory, unlike columns.
    int channels = into.channels();
    for (int y = 0; y < stored.count(); y++) {
      int x = mirrorsColumns ? stored.count() - 1 - y : y;
      for (int i = 0; i < count; i++) {
        int column = mirrorsRows ? stored.width() - 1 - first - i : first + i;
        int from = (y * stored.width() + column) * channels;
        int to = ((at + i) * into.width() + x) * channels;
        for (int c = 0; c < channels; c++) {
          if (into.depth() == 8) {
            into.bytes()[to + c] = stored.bytes()[from + c];
          } else {
            into.shorts()[to + c] = stored.shorts()[from + c];
          }
        }
      }
    }
  }
}

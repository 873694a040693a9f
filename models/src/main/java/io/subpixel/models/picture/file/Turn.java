package io.subpixel.models.picture.file;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;

/**
 * What Exif's orientation (CIPA DC-008, 4.6.5.1.6) asks for, 1 to 8: first the picture is
 * transposed or not, then mirrored left to right, top to bottom, or both.
 */
final class Turn {
  private final boolean transposes;
  private final boolean mirrorsColumns;
  private final boolean mirrorsRows;

  Turn(int orientation) {
    transposes = orientation >= 5;
    mirrorsColumns = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    mirrorsRows = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  }

  /** Whether width becomes height. */
  boolean swapsSides() {
    return transposes;
  }

  /** Whether every row comes from one row, in the same order. */
  boolean isByRows() {
    return !transposes && !mirrorsRows;
  }

  PictureLayout layout(PictureLayout stored) {
    return transposes ? stored.withSize(stored.height(), stored.width()) : stored;
  }

  /** Mirrors rows left to right, if that is asked for. */
  void mirrorRows(Rows rows, int at, int count) {
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

  /** Rows from {@code first} on of the turned picture. */
  void rows(Rows stored, int first, Rows into, int at, int count) {
    if (!transposes) {
      for (int i = 0; i < count; i++) {
        stored.copyTo(stored.count() - 1 - first - i, into, at + i, 1);
      }
      mirrorRows(into, at, count);
      return;
    }
    // Stored rows are the outer loop: they lie together in memory, columns don't.
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

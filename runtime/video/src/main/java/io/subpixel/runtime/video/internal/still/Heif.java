package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.internal.metadata.Orientation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The primary picture of an HEIF file (ISO/IEC 23008-12), as its boxes describe it. Immutable.
 *
 * @param colour the coded picture, before {@code steps}
 * @param alpha the coded picture of its alpha, or null
 * @param isPremultiplied whether colours are multiplied by alpha
 * @param steps what is done to the decoded picture, in this order
 * @param matrix what the container says of its colours, or null
 * @param layout of the decoded picture before {@code steps}
 */
record Heif(
    Coded colour,
    @Nullable Coded alpha,
    boolean isPremultiplied,
    List<Step> steps,
    @Nullable Nclx matrix,
    PictureLayout layout,
    Metadata metadata) {

  /** The layout after {@code steps}. */
  PictureLayout shown() {
    PictureLayout shown = layout;
    for (Step step : steps) {
      shown = step.layout(shown);
    }
    return shown;
  }

  /** The bytes of an item. */
  record Span(long at, long length) {}

  /**
   * Pictures of one size side by side, row by row, which may reach beyond the whole; a plain
   * picture is one tile.
   *
   * @param width of the whole
   * @param columns of tiles
   * @param tileWidth of each tile
   * @param tiles the bytes of each
   * @param kind of the first tile
   */
  record Coded(
      int width,
      int height,
      int columns,
      int tileWidth,
      int tileHeight,
      List<List<Span>> tiles,
      Kind kind) {}

  /**
   * How tiles are coded.
   *
   * @param isAv1 AV1 rather than HEVC
   * @param depth bits of a sample
   * @param configuration the decoder's: the content of hvcC or av1C
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Kind(boolean isAv1, boolean isGrey, int depth, byte[] configuration) {}

  /**
   * Code points of ITU-T H.273.
   *
   * @param isFull whether samples use their full range
   */
  record Nclx(int primaries, int transfer, int matrix, boolean isFull) {
    /** The matrix of samples that are R, G and B themselves. */
    static final int RGB = 0;

    /** The matrix of BT.601. */
    static final int BT601 = 6;
  }

  /** A change to the decoded picture. */
  sealed interface Step {
    /** What becomes of a picture's layout. */
    PictureLayout layout(PictureLayout before);

    /** Makes the changed picture of all rows of one, in place or not. */
    Rows applied(Rows rows, PictureLayout before);
  }

  /** What stays of the picture. */
  record Crop(int x, int y, int width, int height) implements Step {
    @Override
    public PictureLayout layout(PictureLayout before) {
      return before.withSize(width, height);
    }

    @Override
    public Rows applied(Rows rows, PictureLayout before) {
      Rows cropped = new Rows(height, layout(before));
      Object from = before.depth() == 8 ? rows.bytes() : rows.shorts();
      Object to = before.depth() == 8 ? cropped.bytes() : cropped.shorts();
      int channels = before.channels();
      for (int row = 0; row < height; row++) {
        int at = ((y + row) * before.width() + x) * channels;
        System.arraycopy(from, at, to, row * width * channels, width * channels);
      }
      return cropped;
    }
  }

  /** A turn or a mirror, as Exif counts them, 2 to 8. */
  record Turn(int orientation) implements Step {
    @Override
    public PictureLayout layout(PictureLayout before) {
      return new Orientation(orientation).layout(before);
    }

    @Override
    public Rows applied(Rows rows, PictureLayout before) {
      PictureLayout after = layout(before);
      Orientation turn = new Orientation(orientation);
      if (turn.isByRows()) {
        turn.mirrorRows(rows, 0, rows.count());
        return rows;
      }
      Rows turned = new Rows(after.height(), after);
      turn.rows(rows, 0, turned, 0, after.height());
      return turned;
    }
  }
}

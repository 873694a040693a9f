package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import java.io.IOException;

/** Passes on the middle of a picture. Closing it closes the next sink. */
final class CroppingSink implements RowSink {
  private final PictureLayout layout;
  private final RowSink target;
  private final int left;
  private final int top;
  private final Rows line;
  private int taken;

  private CroppingSink(PictureLayout layout, RowSink target) {
    this.layout = layout;
    this.target = target;
    PictureLayout kept = target.layout();
    left = (layout.width() - kept.width()) / 2;
    top = (layout.height() - kept.height()) / 2;
    line = new Rows(1, kept);
  }

  /**
   * Returns a sink for a picture that is cropped to the size of another; the other itself if
   * nothing is cropped.
   *
   * @param whole the picture's size; its other properties are those of {@code target}
   */
  static RowSink to(RowSink target, PictureLayout whole) {
    PictureLayout layout = target.layout().withSize(whole.width(), whole.height());
    return layout.equals(target.layout()) ? target : new CroppingSink(layout, target);
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    for (int row = at; row < at + count; row++, taken++) {
      if (taken >= top && taken < top + target.layout().height()) {
        Object source = from.depth() == 8 ? from.bytes() : from.shorts();
        Object kept = line.depth() == 8 ? line.bytes() : line.shorts();
        int first = row * from.rowLength() + left * from.channels();
        System.arraycopy(source, first, kept, 0, line.rowLength());
        target.write(line, 0, 1);
      }
    }
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}

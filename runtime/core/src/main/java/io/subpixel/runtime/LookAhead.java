package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.zoo.internal.condition.Condition;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A picture whose first rows, or all, are read in advance. */
final class LookAhead implements RowSource {
  private static final long MAX_BYTES = 32L << 20;

  private final RowSource picture;
  private final int count;
  private @Nullable Rows ahead;
  private int given;

  /**
   * Reads ahead.
   *
   * @param picture an unread picture; closed by this
   * @param memory the upscaler's memory limit, of which this uses a small part
   */
  LookAhead(RowSource picture, long memory) throws IOException {
    this.picture = picture;
    PictureLayout layout = picture.layout();
    long row = (long) layout.width() * layout.channels() * layout.depth() / 8;
    long heap = Runtime.getRuntime().maxMemory();
    long most = Math.min(MAX_BYTES, Math.min(memory, heap) / 16);
    count = (int) Math.max(1, Math.min(layout.height(), most / row));
    Rows rows = new Rows(count, layout);
    picture.read(rows, 0, count);
    ahead = rows;
  }

  /**
   * Estimates the degradation of the picture. To be called before its rows are read.
   *
   * @param jpegQuality the quality of its file, if it is a JPEG
   */
  Condition condition(OptionalInt jpegQuality) {
    if (ahead == null) {
      throw new IllegalStateException("rows: expected none to be taken, received " + given);
    }
    return Condition.of(ahead, count, jpegQuality);
  }

  @Override
  public PictureLayout layout() {
    return picture.layout();
  }

  @Override
  public void read(Rows into, int at, int rows) throws IOException {
    int held = Math.min(rows, count - given);
    if (held > 0 && ahead != null) {
      ahead.copyTo(given, into, at, held);
      given += held;
    }
    if (given == count) {
      ahead = null;
    }
    if (held < rows) {
      picture.read(into, at + held, rows - held);
    }
  }

  @Override
  public void close() throws IOException {
    ahead = null;
    picture.close();
  }
}

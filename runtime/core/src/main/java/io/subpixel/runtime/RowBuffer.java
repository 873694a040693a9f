package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/**
 * Passes a picture from one thread to another through a buffer of a few rows. Closing either end
 * before all rows have passed makes the other fail.
 */
final class RowBuffer {
  private static final int MAX_SAMPLES = 1 << 22;
  private static final int MIN_ROWS = 8;

  private final PictureLayout layout;
  private final Rows ring;
  private long written;
  private long read;
  private boolean sinkClosed;
  private boolean sourceClosed;

  /** The other end of the buffer was closed, for a reason that its own failure tells. */
  static final class BrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenException() {
      super("the other end of the buffer is closed");
    }
  }

  /** Creates a buffer for a picture of this layout. */
  RowBuffer(PictureLayout layout) {
    this.layout = layout;
    int fitting = MAX_SAMPLES / Math.max(1, layout.width() * layout.channels());
    ring = new Rows(Math.min(layout.height(), Math.max(MIN_ROWS, fitting)), layout);
  }

  /** Returns the end to write rows to; for one thread. */
  RowSink sink() {
    return new RowSink() {
      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void write(Rows from, int at, int count) throws IOException {
        put(from, at, count);
      }

      @Override
      public void close() {
        closeSink();
      }
    };
  }

  /** Returns the end to read rows from; for one thread. */
  RowSource source() {
    return new RowSource() {
      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void read(Rows into, int at, int count) throws IOException {
        take(into, at, count);
      }

      @Override
      public void close() {
        closeSource();
      }
    };
  }

  private synchronized void put(Rows from, int at, int count) throws IOException {
    int done = 0;
    while (done < count) {
      awaitUntil(() -> written - read < ring.count() || sourceClosed);
      if (sourceClosed) {
        throw new BrokenException();
      }
      int to = (int) (written % ring.count());
      int free = ring.count() - (int) (written - read);
      int rows = Math.min(count - done, Math.min(free, ring.count() - to));
      from.copyTo(at + done, ring, to, rows);
      done += rows;
      written += rows;
      notifyAll();
    }
  }

  private synchronized void take(Rows into, int at, int count) throws IOException {
    int done = 0;
    while (done < count) {
      awaitUntil(() -> written > read || sinkClosed);
      if (written == read) {
        throw new BrokenException();
      }
      int from = (int) (read % ring.count());
      int rows = (int) Math.min(count - done, Math.min(written - read, ring.count() - from));
      ring.copyTo(from, into, at + done, rows);
      done += rows;
      read += rows;
      notifyAll();
    }
  }

  private synchronized void closeSink() {
    sinkClosed = true;
    notifyAll();
  }

  private synchronized void closeSource() {
    sourceClosed = true;
    notifyAll();
  }

  private synchronized void awaitUntil(BooleanSupplier met) throws InterruptedIOException {
    try {
      while (!met.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two passes");
    }
  }
}

package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.internal.Failures;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Passes rows of bytes from one thread to another through a bounded buffer. */
public final class RowPipe {
  private static final int BYTES = 1 << 20;

  private final byte[][] rows;
  private int head;
  private int size;
  private boolean ended;
  private boolean stopped;
  private @Nullable Throwable failure;

  public RowPipe(int rowLength) {
    rows = new byte[Math.max(4, Math.min(256, BYTES / rowLength))][rowLength];
  }

  /** Thrown on either side after {@link #stop}. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
      super("stopped", null, false, false);
    }
  }

  /**
   * Adds a row.
   *
   * @throws StoppedException after {@link #stop}
   */
  public synchronized void put(byte[] row, int offset) throws InterruptedIOException {
    await(() -> size < rows.length || stopped);
    if (stopped) {
      throw new StoppedException();
    }
    byte[] slot = rows[(head + size) % rows.length];
    System.arraycopy(row, offset, slot, 0, slot.length);
    size++;
    notifyAll();
  }

  /**
   * Takes the next row; returns false after the last one.
   *
   * @throws IOException if the other thread failed with it
   */
  public synchronized boolean take(byte[] row, int offset) throws IOException {
    await(() -> size > 0 || ended || stopped);
    if (stopped) {
      throw new StoppedException();
    }
    if (size == 0) {
      Failures.rethrow(failure);
      return false;
    }
    System.arraycopy(rows[head], 0, row, offset, rows[head].length);
    head = (head + 1) % rows.length;
    size--;
    notifyAll();
    return true;
  }

  /** Tells that no row follows, because of a failure or because all were given. */
  public synchronized void end(@Nullable Throwable cause) {
    ended = true;
    failure = cause;
    notifyAll();
  }

  /** Tells both sides to give up. */
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  public synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized void await(BooleanSupplier condition) throws InterruptedIOException {
    try {
      while (!condition.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}

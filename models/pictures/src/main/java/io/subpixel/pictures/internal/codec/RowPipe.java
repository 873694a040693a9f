package io.subpixel.pictures.internal.codec;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Hands rows of bytes from one thread to another, a bounded number of them ahead. */
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

  /** What either side gets when the other has gone. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
      super("stopped", null, false, false);
    }
  }

  /**
   * Adds a row.
   *
   * @throws StoppedException if nobody wants rows any more
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
   * Takes the next row; false if there is none any more.
   *
   * @throws IOException what the other thread failed with
   */
  public synchronized boolean take(byte[] row, int offset) throws IOException {
    await(() -> size > 0 || ended || stopped);
    if (stopped) {
      throw new StoppedException();
    }
    if (size == 0) {
      rethrow();
      return false;
    }
    System.arraycopy(rows[head], 0, row, offset, rows[head].length);
    head = (head + 1) % rows.length;
    size--;
    notifyAll();
    return true;
  }

  /** No row follows, because of a failure or because that were all. */
  public synchronized void end(@Nullable Throwable cause) {
    ended = true;
    failure = cause;
    notifyAll();
  }

  /** Both sides are to give up. */
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

  private void rethrow() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }
}

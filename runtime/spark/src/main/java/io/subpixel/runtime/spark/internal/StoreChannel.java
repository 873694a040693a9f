package io.subpixel.runtime.spark.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;

/** Reads a file of a store by ranges, as each of them is a request. For one thread. */
final class StoreChannel implements SeekableByteChannel {
  static final int BUFFER = 64 << 10;

  private final FSDataInputStream in;
  private final long size;
  private final byte[] buffer = new byte[BUFFER];
  private long bufferAt;
  private int buffered;
  private long position;
  private boolean closed;

  StoreChannel(FSDataInputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (position >= size) {
      return -1;
    } else if (!into.hasRemaining()) {
      return 0;
    }
    if (position < bufferAt || position >= bufferAt + buffered) {
      fill();
    }
    int from = (int) (position - bufferAt);
    int count = Math.min(into.remaining(), buffered - from);
    into.put(buffer, from, count);
    position += count;
    return count;
  }

  private void fill() throws IOException {
    buffered = 0;
    int wanted = (int) Math.min(BUFFER, size - position);
    try {
      if (in.getPos() != position) {
        in.seek(position);
      }
      in.readFully(buffer, 0, wanted);
    } catch (FSError e) {
      throw Store.failure(e);
    }
    bufferAt = position;
    buffered = wanted;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public StoreChannel position(long newPosition) {
    if (newPosition < 0) {
      throw new IllegalArgumentException("position: expected at least 0, received " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public StoreChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    in.close();
  }
}

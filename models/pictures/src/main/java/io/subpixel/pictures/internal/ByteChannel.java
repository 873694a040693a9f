package io.subpixel.pictures.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/** A channel over bytes in memory, which grows when written beyond its end. For one thread. */
public final class ByteChannel implements SeekableByteChannel {
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int size;
  private long position;
  private boolean closed;

  /** Creates an empty channel. */
  public ByteChannel() {
    this(new byte[0]);
  }

  /** Creates a channel over an array, which is copied only if the channel grows. */
  public ByteChannel(byte[] bytes) {
    this.bytes = bytes;
    size = bytes.length;
  }

  /** Returns a copy of all bytes, even if the channel is closed. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes all bytes to a stream in one call; the channel may be closed. */
  public void sendTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  @Override
  public int read(ByteBuffer into) throws ClosedChannelException {
    requireOpen();
    if (!into.hasRemaining()) {
      return 0;
    } else if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(into.remaining(), size - position);
    into.put(bytes, (int) position, count);
    position += count;
    return count;
  }

  /**
   * @throws OutOfMemoryError if an array can't hold so many bytes
   */
  @Override
  public int write(ByteBuffer from) throws ClosedChannelException {
    requireOpen();
    int count = from.remaining();
    long end = position + count;
    if (end > bytes.length) {
      if (end > MAX_BYTES) {
        throw new OutOfMemoryError("more than " + MAX_BYTES + " bytes");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(end, 2L * bytes.length)));
    }
    from.get(bytes, (int) position, count);
    position = end;
    size = (int) Math.max(size, end);
    return count;
  }

  @Override
  public long position() throws ClosedChannelException {
    requireOpen();
    return position;
  }

  @Override
  public ByteChannel position(long newPosition) throws ClosedChannelException {
    requireOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position: expected at least 0, received " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws ClosedChannelException {
    requireOpen();
    return size;
  }

  @Override
  public ByteChannel truncate(long newSize) throws ClosedChannelException {
    requireOpen();
    size = (int) Math.min(size, newSize);
    position = Math.min(position, size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}

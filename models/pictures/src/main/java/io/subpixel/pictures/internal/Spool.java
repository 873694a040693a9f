package io.subpixel.pictures.internal;

import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A channel that holds what it is given in memory, and in a temporary file from a certain size on.
 * For one thread; whoever creates it closes it, which deletes the file.
 */
public final class Spool implements SeekableByteChannel {
  /** Most pictures are smaller; several at once still fit into a small heap. */
  public static final int DEFAULT_MEMORY = 8 << 20;

  private final long memory;
  private @Nullable ByteChannel bytes;
  private SeekableByteChannel channel;
  private @Nullable Path file;

  /**
   * An empty one.
   *
   * @param memory the most bytes that it keeps in memory
   */
  public Spool(long memory) {
    this.memory = memory;
    ByteChannel held = new ByteChannel();
    bytes = held;
    channel = held;
  }

  /** The temporary file, or null while everything is in memory. */
  public @Nullable Path file() {
    return file;
  }

  /**
   * Everything that was written.
   *
   * @throws IllegalStateException if it is in a file
   */
  public byte[] toByteArray() {
    if (bytes == null) {
      throw new IllegalStateException("spool: expected bytes in memory, received " + file);
    }
    return bytes.toByteArray();
  }

  /** Writes everything to a stream, from the first byte on; the stream stays open. */
  public void sendTo(OutputStream out) throws IOException {
    WritableByteChannel to = Channels.newChannel(out);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    position(0);
    while (read(buffer) >= 0) {
      buffer.flip();
      to.write(buffer);
      buffer.clear();
    }
    out.flush();
  }

  /**
   * @throws UnavailableException if there is no place for a temporary file
   * @throws IOException if its disk is full
   */
  @Override
  public int write(ByteBuffer from) throws IOException {
    if (bytes != null && bytes.position() + from.remaining() > memory) {
      moveToFile(bytes);
    }
    try {
      return channel.write(from);
    } catch (IOException e) {
      throw file == null ? e : Temporaries.explained(file, e);
    }
  }

  private void moveToFile(ByteChannel held) throws IOException {
    long at = held.position();
    Path created = Temporaries.file(".picture");
    file = created;
    channel = FileChannel.open(created, StandardOpenOption.READ, StandardOpenOption.WRITE);
    bytes = null;
    try {
      ByteBuffer all = ByteBuffer.wrap(held.toByteArray());
      while (all.hasRemaining()) {
        channel.write(all);
      }
      channel.position(at);
    } catch (IOException e) {
      throw Temporaries.explained(created, e);
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public Spool position(long newPosition) throws IOException {
    channel.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public Spool truncate(long size) throws IOException {
    channel.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      bytes = null;
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }
}

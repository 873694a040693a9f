package io.subpixel.pictures.internal;

import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A channel that keeps its content in memory, and moves it to a temporary file once it exceeds a
 * limit. For one thread. The caller that creates it closes it, which deletes the file.
 */
public final class Spool implements SeekableByteChannel {
  /** Most pictures are smaller, and several still fit into a small heap. */
  public static final int DEFAULT_MEMORY = 8 << 20;

  private final long memory;
  private @Nullable ByteChannel bytes;
  private SeekableByteChannel channel;
  private @Nullable Path file;

  /**
   * Creates an empty spool.
   *
   * @param memory the maximum number of bytes kept in memory
   */
  public Spool(long memory) {
    this.memory = memory;
    ByteChannel held = new ByteChannel();
    bytes = held;
    channel = held;
  }

  /** Returns the temporary file, or null while everything is in memory. */
  public @Nullable Path file() {
    return file;
  }

  /**
   * Returns a copy of everything that was written.
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
    if (bytes != null) {
      bytes.sendTo(out);
    } else {
      channel.position(0);
      Channels.newInputStream(channel).transferTo(out);
    }
    out.flush();
  }

  /**
   * @throws UnavailableException if no temporary file can be created
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

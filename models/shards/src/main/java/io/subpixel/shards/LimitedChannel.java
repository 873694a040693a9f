package io.subpixel.shards;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A channel of which only so many bytes may be read; skipping others is free. */
final class LimitedChannel implements SeekableByteChannel {
  private final SeekableByteChannel channel;
  private long left;

  LimitedChannel(SeekableByteChannel channel, long bytes) {
    this.channel = channel;
    this.left = bytes;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int read = channel.read(into);
    left -= Math.max(0, read);
    if (left < 0) {
      throw new IOException("more than may be read");
    }
    return read;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public SeekableByteChannel position(long to) throws IOException {
    channel.position(to);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public SeekableByteChannel truncate(long to) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

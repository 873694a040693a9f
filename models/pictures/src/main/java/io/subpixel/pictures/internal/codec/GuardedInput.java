package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.codec.PictureSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A picture's bytes, which fail for good once a decoder reads far beyond their end. A decoder that
 * takes the end for zeros would run for minutes on a few broken bytes. The first bytes can be
 * replaced.
 */
public final class GuardedInput extends ImageInputStreamImpl {
  /** Decoders that read ahead request a few bytes beyond the end. */
  private static final int PATIENCE = 256;

  private final byte[] head;
  private final @Nullable SeekableByteChannel file;
  private final long skipped;
  private final long length;
  private int beyond;
  private boolean closed;

  public GuardedInput(PictureSource source) throws IOException {
    this(source, new byte[0], 0);
  }

  /** Creates an input of {@code head}, followed by the file from {@code skipped} on. */
  public GuardedInput(PictureSource source, byte[] head, long skipped) throws IOException {
    this.head = head;
    this.skipped = skipped;
    file = source.open();
    length = head.length + Math.max(0, file.size() - skipped);
  }

  /** Creates an input of bytes in memory. */
  public GuardedInput(byte[] bytes) {
    head = bytes;
    file = null;
    skipped = 0;
    length = bytes.length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    int got = get(bytes, offset, count);
    if (got > 0) {
      streamPos += got;
    } else if (count > 0 && ++beyond > PATIENCE) {
      throw new IOException("its data extends beyond the end of the file");
    }
    return count == 0 ? 0 : got;
  }

  private int get(byte[] bytes, int offset, int count) throws IOException {
    if (streamPos < head.length) {
      int n = (int) Math.min(count, head.length - streamPos);
      System.arraycopy(head, (int) streamPos, bytes, offset, n);
      return n;
    }
    return file == null
        ? -1
        : file.position(streamPos - head.length + skipped)
            .read(ByteBuffer.wrap(bytes, offset, count));
  }

  /** May be called twice, unlike that of the JDK's streams. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    super.close();
    if (file != null) {
      file.close();
    }
  }
}

package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.codec.PictureSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A picture's bytes that fail for good once they were read far beyond their end. A decoder that
 * takes the end for zeros would go on for minutes with a few broken bytes. Other bytes may stand
 * for the first ones.
 */
public final class GuardedInput extends ImageInputStreamImpl {
  /** Decoders that read ahead ask for some bytes more than there are. */
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

  /** {@code head}, and then the file from {@code skipped} on. */
  public GuardedInput(PictureSource source, byte[] head, long skipped) throws IOException {
    this.head = head;
    this.skipped = skipped;
    file = source.open();
    length = head.length + Math.max(0, file.size() - skipped);
  }

  /** Bytes in memory. */
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
      throw new IOException("its data ask for more than the file holds");
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

  /** Does no harm twice, unlike those of the JDK. */
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

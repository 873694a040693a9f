package io.subpixel.models.picture.file;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.stream.FileImageInputStream;

/**
 * A file that fails for good once it was read far beyond its end. A decoder that takes the end for
 * zeros would go on for minutes with a few broken bytes.
 */
final class EndGuard extends FileImageInputStream {
  /** Decoders that read ahead ask for some bytes more than there are. */
  private static final int PATIENCE = 256;

  private int beyond;

  EndGuard(Path file) throws IOException {
    super(file.toFile());
  }

  @Override
  public int read() throws IOException {
    return counted(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return counted(super.read(bytes, offset, length));
  }

  private int counted(int result) throws IOException {
    if (result < 0 && ++beyond > PATIENCE) {
      throw new IOException("its data ask for more than the file holds");
    }
    return result;
  }
}

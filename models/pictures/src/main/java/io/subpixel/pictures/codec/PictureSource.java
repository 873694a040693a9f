package io.subpixel.pictures.codec;

import io.subpixel.pictures.internal.ByteChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one encoded picture, in a file or in memory. Codecs may open them several times.
 * Thread-safe as long as the bytes don't change.
 *
 * @since 0.1
 */
public final class PictureSource {
  private final String where;
  private final @Nullable Path file;
  private final byte[] bytes;
  private final int page;

  private PictureSource(String where, @Nullable Path file, byte[] bytes, int page) {
    this.where = where;
    this.file = file;
    this.bytes = bytes;
    this.page = page;
  }

  /**
   * A file.
   *
   * @param where what messages call it
   */
  public static PictureSource of(Path file, String where) {
    return new PictureSource(where, file, new byte[0], 0);
  }

  /**
   * Bytes in memory, which aren't copied.
   *
   * @param where what messages call them
   */
  public static PictureSource of(byte[] bytes, String where) {
    return new PictureSource(where, null, bytes, 0);
  }

  /**
   * Returns one page of a file of several, such as a TIFF. Without this, such files are rejected.
   *
   * @param number from 1
   * @throws IllegalArgumentException if it is less than 1
   */
  public PictureSource withPage(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("page: expected 1 or more, received " + number);
    }
    return new PictureSource(where + ", page " + number, file, bytes, number);
  }

  /** Returns the page to read, from 1; 0 for the only one of a file. */
  public int page() {
    return page;
  }

  /** Returns its name in messages: a path, or words such as {@code standard input}. */
  public String where() {
    return where;
  }

  /**
   * Opens the bytes for reading from the start. The caller closes the channel.
   *
   * @throws IOException if the file can't be opened
   */
  public SeekableByteChannel open() throws IOException {
    return file == null ? new ByteChannel(bytes) : FileChannel.open(file, StandardOpenOption.READ);
  }

  /**
   * The number of bytes.
   *
   * @throws IOException if the file's size can't be read
   */
  public long size() throws IOException {
    return file == null ? bytes.length : Files.size(file);
  }

  /**
   * Returns the first bytes.
   *
   * @param most how many at most; fewer if the file is shorter
   * @throws IOException if the file can't be read
   */
  public byte[] start(int most) throws IOException {
    try (SeekableByteChannel channel = open()) {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(most, channel.size()));
      while (start.hasRemaining() && channel.read(start) >= 0) {}
      return Arrays.copyOf(start.array(), start.position());
    }
  }
}

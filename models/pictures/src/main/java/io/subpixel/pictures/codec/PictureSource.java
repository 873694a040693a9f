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

/**
 * The bytes of one encoded picture, in a file, in memory or in a store. Codecs may open them
 * several times. Thread-safe as long as the bytes don't change.
 *
 * @since 0.1
 */
public final class PictureSource {
  private final String where;
  private final Content content;
  private final int page;

  private PictureSource(String where, Content content, int page) {
    this.where = where;
    this.content = content;
    this.page = page;
  }

  /** Bytes that can be opened several times, such as those of an object in a store. */
  public interface Content {
    /**
     * Opens the bytes for reading from the start. The caller closes the channel.
     *
     * @throws IOException if they can't be opened
     */
    SeekableByteChannel open() throws IOException;

    /**
     * The number of bytes.
     *
     * @throws IOException if it can't be read
     */
    long size() throws IOException;
  }

  private record FileContent(Path file) implements Content {
    @Override
    public SeekableByteChannel open() throws IOException {
      return FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public long size() throws IOException {
      return Files.size(file);
    }
  }

  private static final class Bytes implements Content {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public SeekableByteChannel open() {
      return new ByteChannel(bytes);
    }

    @Override
    public long size() {
      return bytes.length;
    }
  }

  /**
   * Bytes that are elsewhere.
   *
   * @param where what messages call them
   */
  public static PictureSource of(Content content, String where) {
    return new PictureSource(where, content, 0);
  }

  /**
   * A file.
   *
   * @param where what messages call it
   */
  public static PictureSource of(Path file, String where) {
    return of(new FileContent(file), where);
  }

  /**
   * Bytes in memory, which aren't copied.
   *
   * @param where what messages call them
   */
  public static PictureSource of(byte[] bytes, String where) {
    return of(new Bytes(bytes), where);
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
    return new PictureSource(where + ", page " + number, content, number);
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
    return content.open();
  }

  /**
   * The number of bytes.
   *
   * @throws IOException if the file's size can't be read
   */
  public long size() throws IOException {
    return content.size();
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

package io.subpixel.pictures.codec;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * One picture format: how its files are recognised, read and written, and what they can hold.
 * {@link java.util.ServiceLoader} finds codecs, so a library on the class path can add a format
 * without a change here. Stateless and thread-safe.
 *
 * @since 0.1
 */
public interface PictureCodec {
  /** The number of leading bytes that {@link #recognises} receives, unless the file is shorter. */
  int START_BYTES = 64;

  /** The format that this codec reads, and writes if {@link PictureFormat#isWritten} says so. */
  PictureFormat format();

  /**
   * Says whether a file is of this format.
   *
   * @param start its first bytes, at most {@link #START_BYTES}
   */
  boolean recognises(byte[] start);

  /**
   * Opens a picture and reads its header. Rows come as they are stored: {@link
   * io.subpixel.pictures.file.PictureReader} applies the orientation.
   *
   * @param maxPixels the maximum number of pixels; a larger picture is rejected by its header
   * @throws InvalidInputException if the picture is broken, of a kind that isn't read or too large
   * @throws UnavailableException if a native library can't be loaded
   * @throws IOException if the source can't be read, or the picture is broken
   */
  PictureDecoder open(PictureSource source, long maxPixels) throws IOException;

  /**
   * Returns the number of pages of a file, each of which {@link PictureSource#withPage} selects.
   *
   * @throws InvalidInputException if there are too many
   * @throws IOException if the source can't be read
   */
  default int pages(PictureSource source) throws IOException {
    return 1;
  }

  /**
   * Starts writing a picture.
   *
   * @param out takes the file from its position 0 on; the codec doesn't close it
   * @param layout what the samples are; within {@link #limits}
   * @param where the file's name in messages
   * @throws UnsupportedOperationException if the format is read-only
   * @throws UnavailableException if a native library can't be loaded
   * @throws IOException if the first bytes can't be written
   */
  PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException;

  /** Returns the limits of a file of this format. */
  default Limits limits() {
    return Limits.NONE;
  }

  /**
   * Returns the number of channels that a file stores for a picture, such as 3 for a grey one if
   * the format has only colour. Profiles of another colour space are omitted.
   */
  default int storedChannels(PictureLayout layout) {
    return layout.channels();
  }

  /**
   * The limits of a file.
   *
   * @param side the longest side in pixels
   * @param bytes the most bytes of samples
   */
  record Limits(int side, long bytes) {
    /** No limit beyond that of {@link PictureLayout}. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);
  }
}

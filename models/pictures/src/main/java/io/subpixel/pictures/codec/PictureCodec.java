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
  /** The number of first bytes that {@link #recognises} gets to see, unless the file is shorter. */
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
   * @param maxPixels the most pixels that the picture may have; more are refused by the header
   * @throws InvalidInputException if the picture is broken, of a kind that isn't read or too large
   * @throws UnavailableException if a native library can't be loaded
   * @throws IOException if the source can't be read, or the picture is broken
   */
  PictureDecoder open(PictureSource source, long maxPixels) throws IOException;

  /**
   * Begins to write a picture.
   *
   * @param out takes the file from its position 0 on; the codec doesn't close it
   * @param layout what the samples are; within {@link #limits}
   * @param where what messages call the file
   * @throws UnsupportedOperationException if the format isn't written
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

  /** What a file of this format can hold. */
  default Limits limits() {
    return Limits.NONE;
  }

  /**
   * The channels that a file stores for a picture, such as 3 for a grey one where the format knows
   * colour alone: profiles of another colour space are left out.
   */
  default int storedChannels(PictureLayout layout) {
    return layout.channels();
  }

  /**
   * What a file can hold.
   *
   * @param side the longest side in pixels
   * @param bytes the most bytes of samples
   */
  record Limits(int side, long bytes) {
    /** As much as a {@link PictureLayout} can describe. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);
  }
}

package io.subpixel.runtime.video;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a clip that is a {@link ClipReader}'s with other pictures: video is encoded anew, all else
 * is copied. Used by one thread at a time, which may be another than the reader's.
 */
@SuppressWarnings("DoNotCallSuggester")
final class ClipWriter implements AutoCloseable {
  private ClipWriter() {}

  /**
   * Opens the encoder and writes the header. The reader must not be in use meanwhile, and isn't
   * used afterwards.
   *
   * @param file what is written; it is overwritten
   * @param target whose ending names the container: mp4, mkv, webm, mov, avi, y4m
   * @param source where all but the pictures comes from
   * @param width columns of the frames to come
   * @param height rows of the frames to come
   * @throws io.subpixel.models.InvalidInputException if the encoder is missing or can't hold the
   *     frames, or the container can't hold a stream; nothing has been written then
   */
  static ClipWriter create(
      Path file, Path target, ClipReader source, int width, int height, ClipEncoding encoding)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** How frames are to be given: the reader's format in the new size. */
  FrameFormat format() {
    throw new UnsupportedOperationException();
  }

  /** FFmpeg's name of the encoder that was chosen. */
  String encoder() {
    throw new UnsupportedOperationException();
  }

  /** Copies a packet of the reader; it is empty afterwards and still to be closed. */
  void write(Packet packet) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Encodes a frame of depth 8.
   *
   * @param planes rows without gaps, as {@link Frame#read(int, byte[])} gives them
   * @param source the frame that was upscaled: timestamp, duration and side data are its own
   */
  void write(byte[][] planes, Frame source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** As above, for a depth of more than 8. */
  void write(short[][] planes, Frame source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the clip: what the encoder still holds, and the container's trailer. Only close follows.
   */
  void finish() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Frees everything; the file is no clip unless it was finished. */
  @Override
  public void close() {}
}

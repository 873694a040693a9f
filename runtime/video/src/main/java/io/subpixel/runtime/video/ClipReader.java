package io.subpixel.runtime.video;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a clip: decodes its best video stream and hands on all other streams as they are. Used by
 * one thread at a time.
 */
@SuppressWarnings("DoNotCallSuggester")
final class ClipReader implements AutoCloseable {
  /**
   * A part of a clip.
   *
   * @param start seconds from the clip's beginning; 0 for all
   * @param end likewise, not reached; infinity for all
   */
  record Range(double start, double end) {
    static final Range ALL = new Range(0, Double.POSITIVE_INFINITY);

    Range {
      if (!(start >= 0 && end > start)) {
        throw new IllegalArgumentException(
            "expected 0 <= start < end, received " + start + " and " + end);
      }
    }
  }

  private ClipReader() {}

  /**
   * Opens a clip and decodes its first frame. If the range starts later than the clip, the first
   * frame in it gets the timestamp 0, and all other streams follow.
   *
   * @param threads that decode; 0 for one a core
   * @throws io.subpixel.models.InvalidInputException if the file is no clip, has no video, no frame
   *     in the range, or frames of a kind that isn't read: RGB, alpha, other depths than 8, 10, 12
   */
  static ClipReader open(Path file, Range range, int threads) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The next of the file: a {@link Packet} to copy or a {@link Frame}; null at the end. The caller
   * closes it.
   *
   * @throws io.subpixel.models.InvalidInputException if frames change their size or format midway
   */
  @Nullable Item next() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What the header tells. */
  ClipFacts facts() {
    throw new UnsupportedOperationException();
  }

  /** How many faults were met so far: packets that didn't decode, damage in the container. */
  int faults() {
    throw new UnsupportedOperationException();
  }

  /** What FFmpeg said of the first of them. */
  @Nullable String firstFault() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}

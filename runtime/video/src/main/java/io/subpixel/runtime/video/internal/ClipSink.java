package io.subpixel.runtime.video.internal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the frames and packets of a clip in order. For one thread at a time. */
interface ClipSink extends AutoCloseable {
  /**
   * Returns how many frames, from the first on, an earlier run encoded; {@link #pass} takes those.
   */
  long done();

  /** Copies a packet of the reader. It is empty afterwards; the caller still closes it. */
  void write(Packet each) throws IOException;

  /**
   * Encodes a frame.
   *
   * @param planes the upscaled frame
   * @param of the source frame, which supplies timestamp, duration and side data
   */
  void write(Planes planes, Frame of) throws IOException;

  /** Writes what an earlier run encoded for a frame, the next of the first {@link #done}. */
  void pass(Frame each) throws IOException;

  /** Completes the output; only close may follow. */
  void finish() throws IOException;

  /** Discards what was kept for another run. */
  void forget() throws IOException;

  /** Returns FFmpeg's name of the encoder. */
  String encoder();

  /**
   * Returns why no graphics card encodes, if one was asked for; null if there is nothing to say.
   */
  @Nullable String note();

  /** Returns the size of encoded frames. */
  FrameSize size();

  /** Returns streams that are omitted, as the container can't hold them. */
  List<String> dropped();

  /** Returns how many frames were omitted, as the format can't time them. */
  long leftOut();

  @Override
  void close() throws IOException;
}

package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.lang.ref.Cleaner;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** A decoded picture. Its samples stay in native memory until they are read. */
final class Frame implements Item {
  private final AVFrame frame;
  private final FrameFormat format;
  private final Cleaner.Cleanable memory;

  /** Takes over the frame. */
  Frame(AVFrame frame, FrameFormat format) {
    this.frame = frame;
    this.format = format;
    memory = Natives.CLEANER.register(this, () -> av_frame_free(frame));
  }

  FrameFormat format() {
    return format;
  }

  /** When it is shown, in the reader's time base. */
  long pts() {
    return frame.pts();
  }

  /** How long it is shown, in the reader's time base; 0 if untold. */
  long duration() {
    return frame.duration();
  }

  /** Whether its odd and even rows are of two points in time. */
  boolean interlaced() {
    return (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
  }

  /**
   * Copies a plane, its rows without gaps.
   *
   * @param plane 0 for Y or grey, 1 for U, 2 for V
   * @param into at least width times height of the plane; the frame is of depth 8
   */
  void read(int plane, byte[] into) {
    throw new UnsupportedOperationException();
  }

  /** As above, for a depth of more than 8: code values in the lower bits. */
  void read(int plane, short[] into) {
    throw new UnsupportedOperationException();
  }

  AVFrame nativeFrame() {
    return frame;
  }

  @Override
  public void close() {
    memory.clean();
  }
}

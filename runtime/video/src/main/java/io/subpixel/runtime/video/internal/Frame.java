package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.lang.ref.Cleaner;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;

/** A decoded picture. Its samples stay in native memory until they are read. */
public final class Frame implements Item {
  private final AVFrame frame;
  private final PixelFormat pixels;
  private final FrameFormat format;
  private final Cleaner.Cleanable memory;

  /** Takes over the frame. */
  Frame(AVFrame frame, PixelFormat pixels) {
    this.frame = frame;
    this.pixels = pixels;
    format = pixels.frameFormat(frame);
    memory = Natives.CLEANER.register(this, () -> av_frame_free(frame));
  }

  FrameFormat format() {
    return format;
  }

  /** Returns the timestamp in the reader's time base. */
  long pts() {
    return frame.pts();
  }

  /** Returns the duration in the reader's time base; 0 if unknown. */
  long duration() {
    return frame.duration();
  }

  /**
   * Copies a plane without gaps between rows.
   *
   * @param plane 0 for Y or grey, 1 for U, 2 for V
   * @param into at least width times height of the plane; the frame is of depth 8
   */
  void read(int plane, byte[] into) {
    check(8, 8);
    int width = format.width(plane);
    PixelFormat.Component component = pixels.components().get(plane);
    BytePointer samples = frame.data(component.plane());
    long stride = frame.linesize(component.plane());
    boolean dense = pixels.dense(plane);
    byte[] row = dense ? into : new byte[component.step() * (width - 1) + 1];
    for (int y = 0; y < format.height(plane); y++) {
      samples.position(y * stride + component.offset());
      if (dense) {
        samples.get(into, y * width, width);
      } else {
        samples.get(row);
        for (int x = 0; x < width; x++) {
          into[y * width + x] = row[x * component.step()];
        }
      }
    }
  }

  /** Copies a plane of more than 8 bits; code values are in the lower bits. */
  void read(int plane, short[] into) {
    check(10, 12);
    int width = format.width(plane);
    PixelFormat.Component component = pixels.components().get(plane);
    long stride = frame.linesize(component.plane());
    if (pixels.dense(plane)) {
      ShortPointer samples = new ShortPointer(frame.data(component.plane()));
      for (int y = 0; y < format.height(plane); y++) {
        samples.position(y * stride / Short.BYTES).get(into, y * width, width);
      }
      return;
    }
    BytePointer samples = frame.data(component.plane());
    byte[] row = new byte[component.step() * (width - 1) + Short.BYTES];
    int first = pixels.bigEndian() ? 8 : 0;
    int mask = (1 << pixels.depth()) - 1;
    for (int y = 0; y < format.height(plane); y++) {
      samples.position(y * stride + component.offset()).get(row);
      for (int x = 0; x < width; x++) {
        int at = x * component.step();
        int word = (row[at] & 0xff) << first | (row[at + 1] & 0xff) << (8 - first);
        into[y * width + x] = (short) (word >> component.shift() & mask);
      }
    }
  }

  private void check(int least, int most) {
    if (frame.isNull() || format.depth() < least || format.depth() > most) {
      throw new IllegalStateException(
          "expected an open frame of depth "
              + least
              + " to "
              + most
              + ", received "
              + PixelFormat.describe(format));
    }
  }

  AVFrame nativeFrame() {
    return frame;
  }

  @Override
  public void close() {
    memory.clean();
  }
}

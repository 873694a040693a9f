package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;

/** Luma of frames of one format as grey pictures of full range, 8 bits. Thread-safe. */
public final class LumaPictures {
  private final FrameFormat format;
  private final byte[] levels;

  /**
   * Makes ready.
   *
   * @param format of the frames to come
   */
  public LumaPictures(FrameFormat format) {
    this.format = format;
    levels = levels(format);
  }

  /** The picture of a frame, {@code [H,W,1]}. */
  public Picture of(Frame frame) {
    Rows codes = Planes.luma(frame);
    byte[] samples = new byte[format.width() * format.height()];
    if (codes.depth() == 8) {
      byte[] from = codes.bytes();
      for (int i = 0; i < samples.length; i++) {
        samples[i] = levels[from[i] & 0xff];
      }
    } else {
      short[] from = codes.shorts();
      for (int i = 0; i < samples.length; i++) {
        samples[i] = levels[from[i]];
      }
    }
    return new Picture(format.width(), format.height(), 1, samples);
  }

  /** The sample, 0..255, that each code value becomes. */
  private static byte[] levels(FrameFormat format) {
    int depth = format.depth();
    LumaRange range = format.studio() ? LumaRange.studio(depth) : LumaRange.full(depth);
    byte[] levels = new byte[range.greatest() + 1];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = Picture.toSample(255f * (code - range.black()) / range.span());
    }
    return levels;
  }
}

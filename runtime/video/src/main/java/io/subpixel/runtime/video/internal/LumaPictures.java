package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;

/** Converts luma of frames of one format to full-range grey pictures of 8 bits. Thread-safe. */
public final class LumaPictures {
  private final FrameFormat format;
  private final byte[] levels;

  /**
   * Creates a converter.
   *
   * @param format the format of the frames
   */
  public LumaPictures(FrameFormat format) {
    this.format = format;
    levels = levels(format);
  }

  /** Returns the picture of a frame, {@code [H,W,1]}. */
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

  /** Returns the sample, 0..255, for each code value. */
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

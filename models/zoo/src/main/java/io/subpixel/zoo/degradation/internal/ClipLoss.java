package io.subpixel.zoo.degradation.internal;

import io.subpixel.pictures.Picture;
import java.util.List;
import java.util.Locale;

/**
 * Applies the loss of video compression to frames. Encoders are native code, which this module
 * doesn't depend on, so {@link java.util.ServiceLoader} finds an implementation, such as that of
 * {@code runtime/video}. Thread-safe.
 */
public interface ClipLoss {
  /** The compression formats, by their names in degradations. */
  enum Format {
    /** H.264 with a constant quantiser. */
    H264(1, 51),
    /** VP9 of constant quality (CRF). */
    VP9(0, 63),
    /** AV1 of constant quality (CRF). */
    AV1(1, 63),
    /** MPEG-4 Part 2 with a constant quantiser and B frames. */
    MPEG4(1, 31);

    private final int best;
    private final int worst;

    Format(int best, int worst) {
      this.best = best;
      this.worst = worst;
    }

    /** Returns the quality with the least loss. */
    public int best() {
      return best;
    }

    /** Returns the quality with the greatest loss. */
    public int worst() {
      return worst;
    }

    /** Returns its name in degradations. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Encodes a clip of 4:2:0 in memory and decodes it.
   *
   * @param frames R, G, B without alpha, all of one size, at most 65,536 pixels a side
   * @param kept the index of the frame to return
   * @param format the codec
   * @param quality from the format's best to its worst
   * @return that frame, as a decoder gives it
   * @throws io.subpixel.pictures.UnavailableException if the codec is missing in this build of
   *     FFmpeg
   */
  Picture apply(List<Picture> frames, int kept, Format format, int quality);
}

package io.subpixel.models.degradation;

import io.subpixel.pictures.Picture;
import java.util.List;
import java.util.Locale;

/**
 * What a compressed clip leaves of its frames. Encoders are native code that this module does
 * without, so {@link java.util.ServiceLoader} looks for one: {@code runtime/video} has it.
 * Thread-safe.
 */
public interface ClipLoss {
  /** How a clip is compressed, by the name that degradations give it. */
  enum Format {
    /** H.264 with a constant quantiser. */
    H264(1, 51),
    /** VP9 of constant quality, its CRF. */
    VP9(0, 63),
    /** AV1 of constant quality, its CRF. */
    AV1(1, 63),
    /** MPEG-4 Part 2 with a constant quantiser and B frames. */
    MPEG4(1, 31);

    private final int best;
    private final int worst;

    Format(int best, int worst) {
      this.best = best;
      this.worst = worst;
    }

    /** The quality that loses least. */
    public int best() {
      return best;
    }

    /** The quality that loses most. */
    public int worst() {
      return worst;
    }

    /** As degradations write it. */
    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Encodes a clip of 4:2:0 in memory and decodes it.
   *
   * @param frames R, G, B without alpha, all of one size, at most 65,536 pixels a side
   * @param kept which of them is wanted, from 0
   * @param format the codec
   * @param quality from the format's best to its worst
   * @return that frame, as a decoder gives it
   * @throws io.subpixel.pictures.UnavailableException if the codec is missing here
   */
  Picture apply(List<Picture> frames, int kept, Format format, int quality);
}

package io.subpixel.runtime.video.internal;

/**
 * What becomes of decoded frames before they are handed on.
 *
 * @param deinterlace whether interlaced frames, in place of being refused, are made progressive,
 *     one of each
 * @param turn whether frames that are stored on their side or mirrored are made upright
 */
record Treatment(boolean deinterlace, Turn turn) {
  /** As they are stored; interlaced ones are refused. */
  static final Treatment NONE = new Treatment(false, Turn.NEVER);

  /** Whether to make frames upright, for a container that can't tell how they lie. */
  enum Turn {
    NEVER,
    /** With as little chroma as they have, for encoders. */
    AS_SUBSAMPLED,
    /** With chroma of full size, which is exact, for what becomes RGB. */
    WITH_FULL_CHROMA
  }
}

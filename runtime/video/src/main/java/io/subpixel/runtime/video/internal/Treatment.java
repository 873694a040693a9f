package io.subpixel.runtime.video.internal;

/**
 * How decoded frames are prepared.
 *
 * @param deinterlace whether to deinterlace interlaced frames, one progressive frame each, instead
 *     of rejecting them
 * @param turn whether to make rotated or mirrored frames upright
 */
record Treatment(boolean deinterlace, Turn turn) {
  /** Frames as stored; interlaced ones are rejected. */
  static final Treatment NONE = new Treatment(false, Turn.NEVER);

  /** Whether to make frames upright, for containers that can't store the orientation. */
  enum Turn {
    NEVER,
    /** With subsampled chroma, for encoders. */
    AS_SUBSAMPLED,
    /** With full-size chroma, which is exact, for conversion to RGB. */
    WITH_FULL_CHROMA
  }
}

package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.codec.PictureCodec.Limits;

/** Limits of formats with 32-bit offsets. */
public final class Offsets32 {
  /** The limits, with a margin for what deflate may add. */
  public static final Limits LIMITS = new Limits(Integer.MAX_VALUE, 0xffffffffL - (256 << 20));

  private Offsets32() {}
}

package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.codec.PictureCodec.Limits;

/** Formats whose offsets have 32 bits. */
public final class Offsets32 {
  /** What fits, with room for what deflate may add. */
  public static final Limits LIMITS = new Limits(Integer.MAX_VALUE, 0xffffffffL - (256 << 20));

  private Offsets32() {}
}

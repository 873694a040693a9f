package io.subpixel.pictures.internal.metadata;

import java.nio.charset.StandardCharsets;

/** What an ICC profile (ICC.1) says in its header. */
public final class Icc {
  private static final int HEADER = 128;
  private static final int COLOUR_SPACE = 16;

  private Icc() {}

  /** Whether it is a profile of the space that the samples are in, RGB or grey. */
  public static boolean fits(byte[] profile, boolean colour) {
    return profile.length > HEADER
        && new String(profile, COLOUR_SPACE, 4, StandardCharsets.US_ASCII)
            .equals(colour ? "RGB " : "GRAY");
  }
}

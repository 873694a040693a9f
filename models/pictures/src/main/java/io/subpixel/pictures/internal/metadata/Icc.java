package io.subpixel.pictures.internal.metadata;

import java.nio.charset.StandardCharsets;

/** Reads the header of an ICC profile (ICC.1). */
public final class Icc {
  private static final int HEADER = 128;
  private static final int COLOUR_SPACE = 16;

  private Icc() {}

  /** Returns whether the profile is for RGB samples, or for grey ones. */
  public static boolean fits(byte[] profile, boolean colour) {
    return profile.length > HEADER
        && new String(profile, COLOUR_SPACE, 4, StandardCharsets.US_ASCII)
            .equals(colour ? "RGB " : "GRAY");
  }
}

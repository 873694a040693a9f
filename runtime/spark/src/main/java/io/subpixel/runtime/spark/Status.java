package io.subpixel.runtime.spark;

import java.util.Locale;

/** What became of a picture. */
public enum Status {
  /** It was upscaled and written by this job. */
  WRITTEN,
  /** Its output was there before this job. */
  EXISTING,
  /** It can't be upscaled; the error says why. */
  FAILED,
  /** An executor lacked something, such as memory. */
  UNAVAILABLE,
  /** A bug in Subpixel. */
  BUG;

  /** Returns the text in the result table. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

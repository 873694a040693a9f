package io.subpixel.models;

import java.util.regex.Pattern;

/** Text for a message, which may quote names out of files of strangers. */
public final class OneLine {
  private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

  private OneLine() {}

  /** The same text without line breaks. */
  public static String of(String text) {
    return BREAK.matcher(text.strip()).replaceAll("; ");
  }
}

package io.subpixel.pictures.internal;

import java.util.regex.Pattern;

/** Makes text safe for a message, as it may quote names from untrusted files. */
public final class OneLine {
  private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

  /** Characters that control a terminal. */
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private OneLine() {}

  /** Returns the text on one line, with control characters replaced by question marks. */
  public static String of(String text) {
    return CONTROL.matcher(BREAK.matcher(text.strip()).replaceAll("; ")).replaceAll("?");
  }
}

package io.subpixel.pictures.internal;

import java.util.regex.Pattern;

/** Text for a message, which may quote names out of files of strangers. */
public final class OneLine {
  private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

  /** What a terminal would act on. */
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private OneLine() {}

  /** The same text without line breaks; other control characters become question marks. */
  public static String of(String text) {
    return CONTROL.matcher(BREAK.matcher(text.strip()).replaceAll("; ")).replaceAll("?");
  }
}

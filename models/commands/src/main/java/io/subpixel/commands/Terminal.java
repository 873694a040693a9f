package io.subpixel.commands;

/** What the streams of this process are. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether standard error is a terminal, so that progress may be drawn on it. The launchers find
   * out, as Java can't: they set the property {@code subpixel.terminal}.
   */
  public static boolean showsErrors() {
    return Boolean.getBoolean("subpixel.terminal");
  }
}

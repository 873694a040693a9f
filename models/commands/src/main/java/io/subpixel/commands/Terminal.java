package io.subpixel.commands;

/** Tells whether the process writes to a terminal. */
public final class Terminal {
  private Terminal() {}

  /**
   * Returns whether standard error is a terminal, so that progress may be drawn on it. Java can't
   * tell, so the launchers set the property {@code subpixel.terminal}.
   */
  public static boolean showsErrors() {
    return Boolean.getBoolean("subpixel.terminal");
  }
}

package io.subpixel.pictures.internal;

import java.awt.Font;

/** The fonts of this machine. Servers and containers often have none. */
public final class Fonts {
  private static final boolean SOME = search();

  private Fonts() {}

  /** Returns whether there is one, so that text can be drawn. */
  public static boolean areThere() {
    return SOME;
  }

  private static boolean search() {
    try {
      return new Font(Font.SANS_SERIF, Font.PLAIN, 12).canDisplayUpTo("Subpixel") < 0;
    } catch (RuntimeException | InternalError | LinkageError e) {
      // What Java throws without fonts or AWT's natives; which one depends on its version.
      return false;
    }
  }
}

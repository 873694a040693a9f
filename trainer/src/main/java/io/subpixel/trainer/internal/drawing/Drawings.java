package io.subpixel.trainer.internal.drawing;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.Fonts;
import java.util.List;
import java.util.Random;

/**
 * Draws random pictures. Equal sizes and seeds give equal pictures on machines that have the same
 * fonts and the same version of Java.
 */
public final class Drawings {
  /** Drawn in turn, so that any number of pictures holds all kinds. */
  private static final List<Scene> SCENES =
      List.of(
          new Comic(),
          new Screenshot(),
          new TextPage(),
          new Comic(),
          new StreetMap(),
          new Ornament(),
          new Comic(),
          new Chart());

  private Drawings() {}

  /** A kind of drawing. */
  interface Scene {
    /** Fills a canvas. */
    void draw(Canvas canvas);
  }

  /** Returns whether this machine has a font with Latin letters, which all drawings need. */
  public static boolean hasFonts() {
    return Fonts.areThere() && !Typeface.families().isEmpty();
  }

  /**
   * Draws a picture.
   *
   * @param width columns
   * @param height rows
   * @param number which of the pictures; its kind follows from it
   * @param seed equal seeds give equal pictures
   * @return an RGB picture
   */
  public static Picture draw(int width, int height, int number, long seed) {
    Canvas canvas = new Canvas(width, height, new Random(31 * seed + number));
    SCENES.get(Math.floorMod(number, SCENES.size())).draw(canvas);
    return canvas.toPicture();
  }
}

package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.codec.Samples;
import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Converts images of the JDK. */
final class Images {
  private Images() {}

  /** Returns the samples of an image. An unusual colour space is converted to sRGB. */
  static Rows rows(BufferedImage image) {
    BufferedImage plain = image;
    PictureLayout layout;
    try {
      layout = Samples.layout(image, "image");
    } catch (InvalidInputException e) {
      plain = converted(image);
      boolean alpha = plain.getColorModel().hasAlpha();
      layout = new PictureLayout(plain.getWidth(), plain.getHeight(), alpha ? 4 : 3, 8);
    }
    Rows rows = new Rows(layout.height(), layout);
    Samples.copy(plain, 0, rows, 0, layout.height());
    return rows;
  }

  private static BufferedImage converted(BufferedImage image) {
    boolean alpha = image.getColorModel().hasAlpha();
    BufferedImage plain =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            alpha ? BufferedImage.TYPE_4BYTE_ABGR : BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = plain.createGraphics();
    graphics.setComposite(AlphaComposite.Src);
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return plain;
  }
}

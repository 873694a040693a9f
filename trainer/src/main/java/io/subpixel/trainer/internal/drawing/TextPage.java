package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;

/** Columns of text in several sizes and families, with headings. */
final class TextPage implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    boolean inverse = canvas.chance(0.2);
    Color paper = inverse ? canvas.ink() : canvas.chance(0.5) ? Color.WHITE : canvas.light();
    canvas.fill(canvas.whole(), paper);
    Color ink = inverse ? canvas.light() : canvas.ink();
    int columns = canvas.between(1, 3);
    double gap = canvas.between(8.0, 24.0);
    double width = (canvas.width() - gap) / columns;
    for (int i = 0; i < columns; i++) {
      column(
          canvas,
          new Rectangle2D.Double(gap + i * width, gap, width - gap, canvas.height() - gap),
          ink);
      canvas.changeTypeface();
    }
  }

  private static void column(Canvas canvas, Rectangle2D column, Color ink) {
    double y = column.getY();
    while (y < column.getMaxY()) {
      if (canvas.chance(0.4)) {
        Font heading = canvas.font(canvas.between(24.0, 64.0));
        canvas.text(
            canvas.words(heading, 3),
            heading,
            column.getX(),
            y + heading.getSize2D(),
            canvas.chance(0.5) ? ink : canvas.colour());
        y += 1.3 * heading.getSize2D();
      }
      Font font = canvas.font(canvas.between(11.0, canvas.chance(0.6) ? 22.0 : 40.0));
      Rectangle2D block =
          new Rectangle2D.Double(
              column.getX(), y, column.getWidth(), font.getSize2D() * canvas.between(2, 9));
      if (canvas.chance(0.12)) {
        canvas.fill(block, canvas.light());
      }
      y =
          canvas.paragraph(
              block, font, canvas.between(1.1, 1.6), canvas.chance(0.85) ? ink : canvas.ink());
    }
  }
}

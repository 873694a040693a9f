package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** Windows on a screen: title bars, menus, lists, buttons, icons, small text. */
final class Screenshot implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    canvas.fill(canvas.whole(), canvas.paint(canvas.whole(), 0.5));
    for (int i = canvas.between(1, 3); i > 0; i--) {
      double width = Math.rint(canvas.width() * canvas.between(0.5, 1.1));
      double height = Math.rint(canvas.height() * canvas.between(0.5, 1.1));
      window(
          canvas,
          new Rectangle2D.Double(
              Math.rint(canvas.between(-0.1, 0.4) * canvas.width()),
              Math.rint(canvas.between(-0.1, 0.4) * canvas.height()),
              width,
              height));
    }
  }

  private static void window(Canvas canvas, Rectangle2D frame) {
    boolean dark = canvas.chance(0.35);
    Color back = dark ? Canvas.mixed(canvas.colour(), Color.BLACK, 0.8) : canvas.light();
    Color ink = dark ? canvas.light() : canvas.ink();
    Color edge = Canvas.mixed(back, ink, canvas.between(0.1, 0.5));
    double size = canvas.between(11.0, 26.0);
    double row = Math.rint(size * canvas.between(1.4, 2.2));
    if (canvas.chance(0.4)) {
      canvas.shadow(frame);
    }
    canvas.fill(frame, back);
    Rectangle2D title =
        new Rectangle2D.Double(frame.getX(), frame.getY(), frame.getWidth(), 1.3 * row);
    canvas.fill(title, canvas.paint(title, 0.4));
    Font font = canvas.font(size);
    canvas.text(
        canvas.words(font, canvas.between(1, 5)),
        font,
        frame.getX() + row / 2,
        frame.getY() + 0.9 * row,
        canvas.chance(0.5) ? Color.WHITE : Color.BLACK);
    double side = Math.rint(frame.getWidth() * canvas.between(0.0, 0.4));
    double y = title.getMaxY();
    for (; y + row < frame.getMaxY(); y += row) {
      double x = frame.getX() + 0.4 * row;
      if (canvas.chance(0.08)) {
        canvas.fill(
            new Rectangle2D.Double(frame.getX(), y, frame.getWidth(), row), canvas.colour());
      }
      if (side > 3 * row) {
        icon(canvas, x, y + 0.15 * row, 0.7 * row);
        String name = canvas.words(font, canvas.between(1, 2));
        canvas.text(name, font, x + row, y + 0.72 * row, ink);
      }
      control(
          canvas,
          font,
          new Rectangle2D.Double(x + side, y, frame.getMaxX() - x - side, row),
          ink,
          edge);
    }
    if (side > 3 * row) {
      double x = frame.getX() + side;
      canvas.outline(new Line2D.Double(x, title.getMaxY(), x, frame.getMaxY()), edge, 1);
    }
    canvas.outline(frame, edge, canvas.between(1, 2));
  }

  /** A line of a window: text, a button, a field with a check mark, a bar, or nothing. */
  private static void control(Canvas canvas, Font font, Rectangle2D place, Color ink, Color edge) {
    double x = place.getX();
    double y = place.getY();
    double row = place.getHeight();
    int kind = canvas.between(0, 9);
    if (kind <= 4) {
      String text = canvas.words(font, canvas.between(1, 9));
      canvas.text(text, font, x, y + 0.72 * row, ink);
    } else if (kind == 5) {
      for (int i = canvas.between(1, 3); i > 0; i--) {
        String label = canvas.words(font, canvas.between(1, 2));
        double width = canvas.textWidth(label, font) + row;
        double arc = canvas.between(0, 12);
        Shape button = new RoundRectangle2D.Double(x, y + 2, Math.rint(width), row - 4, arc, arc);
        Paint paint = canvas.paint(button, 0.3);
        if (canvas.chance(0.3)) {
          canvas.relief(button);
        }
        canvas.fill(button, paint);
        canvas.outline(button, edge, 1);
        canvas.text(
            label, font, x + row / 2, y + 0.7 * row, canvas.chance(0.5) ? Color.WHITE : ink);
        x += width + row / 2;
      }
    } else if (kind == 6) {
      Shape box =
          new Rectangle2D.Double(
              x, Math.rint(y + 0.25 * row), Math.rint(row / 2), Math.rint(row / 2));
      canvas.outline(box, ink, 1);
      if (canvas.chance(0.5)) {
        canvas.outline(new Line2D.Double(x + 2, y + row / 2, x + row / 4, y + 0.7 * row), ink, 1.5);
        canvas.outline(
            new Line2D.Double(x + row / 4, y + 0.7 * row, x + row / 2, y + 0.3 * row), ink, 1.5);
      }
      canvas.text(canvas.words(font, canvas.between(1, 4)), font, x + row, y + 0.72 * row, ink);
    } else if (kind == 7) {
      double width = Math.rint(place.getWidth() * canvas.between(0.3, 0.8));
      double high = Math.rint(row / 3);
      canvas.fill(new Rectangle2D.Double(x, y + row / 3, width, high), edge);
      canvas.fill(
          new Rectangle2D.Double(x, y + row / 3, Math.rint(width * canvas.between(0.1, 1)), high),
          canvas.colour());
    } else if (kind == 8) {
      for (int i = canvas.between(2, 8); i > 0; i--) {
        icon(canvas, x, y + 0.1 * row, 0.8 * row);
        x += 1.2 * row;
      }
    }
  }

  private static void icon(Canvas canvas, double x, double y, double size) {
    Shape shape = canvas.figure(x + size / 2, y + size / 2, size / 3);
    if (canvas.chance(0.3)) {
      canvas.relief(shape);
    }
    canvas.fill(shape, canvas.paint(shape, 0.3));
    if (canvas.chance(0.6)) {
      canvas.outline(
          shape, canvas.chance(0.5) ? canvas.ink() : canvas.tone(), canvas.between(0.7, 2.0));
    }
  }
}

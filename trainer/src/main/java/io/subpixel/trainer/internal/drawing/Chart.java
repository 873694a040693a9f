package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Bars, lines, points or a pie, with axes, a grid, numbers and a key. */
final class Chart implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    canvas.fill(canvas.whole(), canvas.chance(0.6) ? Color.WHITE : canvas.light());
    Font font = canvas.font(canvas.between(11.0, 24.0));
    double margin = 3 * font.getSize2D();
    Rectangle2D plot =
        new Rectangle2D.Double(
            margin, margin, canvas.width() - 1.5 * margin, canvas.height() - 2 * margin);
    Color ink = canvas.ink();
    canvas.text(canvas.words(font, 4), font, margin, 0.6 * margin, ink);
    if (canvas.chance(0.2)) {
      pie(canvas, plot, ink);
      return;
    }
    axes(canvas, plot, font, ink);
    int kind = canvas.between(0, 2);
    for (int i = canvas.between(1, 4); i > 0; i--) {
      switch (kind) {
        case 0 -> bars(canvas, plot);
        case 1 -> line(canvas, plot);
        default -> points(canvas, plot);
      }
    }
    key(canvas, plot, font, ink);
  }

  private static void axes(Canvas canvas, Rectangle2D plot, Font font, Color ink) {
    int steps = canvas.between(3, 10);
    Color faint = Canvas.mixed(ink, Color.WHITE, 0.75);
    for (int i = 0; i <= steps; i++) {
      double y = Math.rint(plot.getMaxY() - i * plot.getHeight() / steps);
      double x = Math.rint(plot.getX() + i * plot.getWidth() / steps);
      canvas.outline(new Line2D.Double(plot.getX(), y, plot.getMaxX(), y), faint, 1);
      canvas.text(String.valueOf(i * 25), font, 4, y + font.getSize2D() / 3, ink);
      canvas.text(String.valueOf(1990 + i), font, x, plot.getMaxY() + 1.2 * font.getSize2D(), ink);
    }
    canvas.outline(plot, ink, canvas.between(1, 2));
  }

  private static void bars(Canvas canvas, Rectangle2D plot) {
    int count = canvas.between(3, 20);
    double step = plot.getWidth() / count;
    Color colour = canvas.colour();
    for (int i = 0; i < count; i++) {
      double high = Math.rint(plot.getHeight() * canvas.between(0.05, 0.95));
      canvas.fill(
          new Rectangle2D.Double(
              Math.rint(plot.getX() + i * step),
              plot.getMaxY() - high,
              Math.rint(0.7 * step),
              high),
          colour);
    }
  }

  private static void line(Canvas canvas, Rectangle2D plot) {
    int count = canvas.between(4, 60);
    Path2D line = new Path2D.Double();
    double y = canvas.between(0.2, 0.8);
    for (int i = 0; i <= count; i++) {
      y = Math.max(0.02, Math.min(0.98, y + canvas.between(-0.12, 0.12)));
      double x = plot.getX() + i * plot.getWidth() / count;
      if (i == 0) {
        line.moveTo(x, plot.getY() + y * plot.getHeight());
      } else {
        line.lineTo(x, plot.getY() + y * plot.getHeight());
      }
    }
    if (canvas.chance(0.3)) {
      canvas.dashed(line, canvas.colour(), canvas.between(1.0, 3.0), canvas.between(3.0, 10.0));
    } else {
      canvas.outline(line, canvas.colour(), canvas.between(0.8, 4.0));
    }
  }

  private static void points(Canvas canvas, Rectangle2D plot) {
    Color colour = canvas.colour();
    double size = canvas.between(2.0, 9.0);
    for (int i = canvas.between(10, 80); i > 0; i--) {
      Ellipse2D dot =
          new Ellipse2D.Double(
              canvas.between(plot.getMinX(), plot.getMaxX()),
              canvas.between(plot.getMinY(), plot.getMaxY()),
              size,
              size);
      canvas.fill(dot, colour);
    }
  }

  private static void pie(Canvas canvas, Rectangle2D plot, Color ink) {
    double from = canvas.between(0, 360);
    double left = 360;
    while (left > 0) {
      double part = Math.min(left, canvas.between(15, 120));
      Arc2D slice = new Arc2D.Double(plot, from, part, Arc2D.PIE);
      canvas.fill(slice, canvas.paint(slice, 0.2));
      canvas.outline(slice, ink, canvas.between(0.8, 2.0));
      from += part;
      left -= part;
    }
  }

  private static void key(Canvas canvas, Rectangle2D plot, Font font, Color ink) {
    double row = 1.4 * font.getSize2D();
    int rows = canvas.between(0, 4);
    double x = plot.getX() + plot.getWidth() * canvas.between(0.1, 0.6);
    Rectangle2D box = new Rectangle2D.Double(x, plot.getY() + row, 8 * row, (rows + 0.5) * row);
    if (rows > 0) {
      canvas.fill(box, Color.WHITE);
      canvas.outline(box, ink, 1);
    }
    for (int i = 0; i < rows; i++) {
      double y = box.getY() + (i + 0.5) * row;
      canvas.fill(new Rectangle2D.Double(x + row / 3, y, row / 2, row / 2), canvas.colour());
      canvas.text(canvas.words(font, 2), font, x + 1.2 * row, y + 0.6 * row, ink);
    }
  }
}

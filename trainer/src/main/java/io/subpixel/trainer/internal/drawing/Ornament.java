package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Repeated figures, rays, rings and lines so fine that they nearly merge. */
final class Ornament implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    canvas.fill(
        canvas.whole(), canvas.chance(0.3) ? Color.WHITE : canvas.paint(canvas.whole(), 0.4));
    switch (canvas.between(0, 3)) {
      case 0 -> tiles(canvas);
      case 1 -> rays(canvas);
      case 2 -> rings(canvas);
      default -> scribbles(canvas);
    }
    if (canvas.chance(0.4)) {
      canvas.halftone(canvas.whole(), canvas.ink());
    }
  }

  private static void tiles(Canvas canvas) {
    double pitch = canvas.between(8.0, 60.0);
    Shape figure = canvas.figure(0, 0, pitch * canvas.between(0.2, 0.5));
    boolean filled = canvas.chance(0.5);
    double thickness = canvas.between(0.6, 3.0);
    double turn = canvas.between(0, 1);
    for (double y = 0; y < canvas.height() + pitch; y += pitch) {
      for (double x = 0; x < canvas.width() + pitch; x += pitch) {
        AffineTransform move = AffineTransform.getTranslateInstance(x, y);
        move.rotate(turn * (x + y) / pitch);
        Shape own = move.createTransformedShape(figure);
        if (filled) {
          canvas.fill(own, canvas.colour());
        }
        canvas.outline(own, canvas.ink(), thickness);
      }
    }
  }

  private static void rays(Canvas canvas) {
    double x = canvas.between(0.0, canvas.width());
    double y = canvas.between(0.0, canvas.height());
    int count = canvas.between(12, 120);
    double reach = canvas.width() + canvas.height();
    Color colour = canvas.ink();
    for (int i = 0; i < count; i++) {
      double from = 2 * Math.PI * i / count;
      double to = from + Math.PI / count;
      Path2D ray = new Path2D.Double();
      ray.moveTo(x, y);
      ray.lineTo(x + reach * Math.cos(from), y + reach * Math.sin(from));
      ray.lineTo(x + reach * Math.cos(to), y + reach * Math.sin(to));
      ray.closePath();
      canvas.fill(ray, colour);
    }
  }

  private static void rings(Canvas canvas) {
    double x = canvas.between(0.0, canvas.width());
    double y = canvas.between(0.0, canvas.height());
    double pitch = canvas.between(3.0, 20.0);
    Color colour = canvas.ink();
    for (double radius = pitch; radius < canvas.width(); radius += pitch) {
      canvas.outline(
          new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius),
          colour,
          pitch * 0.4);
    }
  }

  private static void scribbles(Canvas canvas) {
    Rectangle2D whole = canvas.whole();
    for (int i = canvas.between(10, 60); i > 0; i--) {
      Path2D line = canvas.curve(whole, canvas.between(2, 6));
      Color colour = canvas.chance(0.5) ? canvas.ink() : canvas.colour();
      if (canvas.chance(0.5)) {
        canvas.penStroke(line, colour, canvas.between(1.0, 6.0));
      } else {
        canvas.outline(line, colour, canvas.between(0.5, 3.0));
      }
    }
  }
}

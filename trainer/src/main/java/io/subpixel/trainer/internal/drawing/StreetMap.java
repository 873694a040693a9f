package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Areas, a grid of houses, roads with edges, borders, names along them. */
final class StreetMap implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    double side = Math.min(canvas.width(), canvas.height());
    canvas.fill(canvas.whole(), canvas.light());
    for (int i = canvas.between(2, 6); i > 0; i--) {
      Path2D area =
          canvas.blob(
              canvas.between(0.0, canvas.width()),
              canvas.between(0.0, canvas.height()),
              side * canvas.between(0.1, 0.5));
      canvas.fill(area, Canvas.mixed(canvas.colour(), Color.WHITE, canvas.between(0.2, 0.7)));
      if (canvas.chance(0.2)) {
        canvas.halftone(area, canvas.colour());
      }
    }
    houses(canvas);
    if (canvas.chance(0.4)) {
      contours(canvas, side);
    }
    for (int i = canvas.between(3, 12); i > 0; i--) {
      road(canvas);
    }
    for (int i = canvas.between(3, 15); i > 0; i--) {
      place(canvas);
    }
  }

  private static void houses(Canvas canvas) {
    Color wall = canvas.ink();
    Color roof = canvas.light();
    double size = canvas.between(6.0, 22.0);
    for (int i = canvas.between(0, 60); i > 0; i--) {
      Rectangle2D house =
          new Rectangle2D.Double(
              Math.rint(canvas.between(0.0, canvas.width())),
              Math.rint(canvas.between(0.0, canvas.height())),
              Math.rint(size * canvas.between(0.5, 1.5)),
              Math.rint(size * canvas.between(0.5, 1.5)));
      canvas.fill(house, roof);
      canvas.outline(house, wall, 1);
    }
  }

  /** Lines of equal height, one within the other. */
  private static void contours(Canvas canvas, double side) {
    Path2D hill =
        canvas.blob(canvas.width() / 2.0, canvas.height() / 2.0, side * canvas.between(0.4, 0.8));
    Color colour = canvas.colour();
    for (double scale = 1; scale > 0.1; scale -= canvas.between(0.04, 0.15)) {
      Path2D line = new Path2D.Double(hill);
      line.transform(
          new AffineTransform(
              scale,
              0,
              0,
              scale,
              canvas.width() * (1 - scale) / 2,
              canvas.height() * (1 - scale) / 2));
      canvas.outline(line, colour, canvas.between(0.6, 1.4));
    }
  }

  private static void road(Canvas canvas) {
    Rectangle2D wide =
        new Rectangle2D.Double(
            -0.3 * canvas.width(),
            -0.3 * canvas.height(),
            1.6 * canvas.width(),
            1.6 * canvas.height());
    Path2D road = canvas.curve(wide, canvas.between(2, 5));
    double thickness = canvas.chance(0.4) ? canvas.between(1.0, 3.0) : canvas.between(4.0, 18.0);
    if (canvas.chance(0.2)) {
      canvas.dashed(road, canvas.ink(), thickness / 2 + 0.5, canvas.between(3.0, 12.0));
      return;
    }
    canvas.outline(
        road,
        canvas.chance(0.5) ? canvas.ink() : canvas.tone(),
        thickness + canvas.between(1.0, 3.0));
    canvas.outline(road, canvas.chance(0.5) ? Color.WHITE : canvas.light(), thickness);
    if (thickness > 8 && canvas.chance(0.5)) {
      nameAlong(canvas, road, thickness);
    }
  }

  private static void nameAlong(Canvas canvas, Path2D road, double thickness) {
    List<Point2D> points = Curves.points(road);
    int at = canvas.between(0, points.size() - 2);
    Point2D from = points.get(at);
    Point2D to = points.get(at + 1);
    double angle = Math.atan2(to.getY() - from.getY(), to.getX() - from.getX());
    Font font = canvas.font(thickness);
    canvas.text(
        canvas.words(font, 2), font, from.getX(), from.getY() + thickness / 3, angle, Color.BLACK);
  }

  private static void place(Canvas canvas) {
    double x = canvas.between(0.0, canvas.width());
    double y = canvas.between(0.0, canvas.height());
    Font font = canvas.font(canvas.between(12.0, 30.0));
    canvas.fill(canvas.figure(x, y, canvas.between(2.0, 6.0)), canvas.ink());
    String name = canvas.words(font, canvas.between(1, 2));
    if (canvas.chance(0.4)) {
      for (int i = 0; i < 8; i++) {
        double turn = Math.PI * i / 4;
        canvas.text(
            name, font, x + 6 + 1.5 * Math.cos(turn), y + 1.5 * Math.sin(turn), Color.WHITE);
      }
    }
    canvas.text(name, font, x + 6, y, canvas.ink());
  }
}

package io.subpixel.trainer.internal.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Outlined shapes in flat colours, with cel shading, hatching, screens and speech balloons. */
final class Comic implements Drawings.Scene {
  @Override
  public void draw(Canvas canvas) {
    double side = Math.min(canvas.width(), canvas.height());
    boolean ink = canvas.chance(0.25);
    boolean toned = !ink && canvas.chance(0.35);
    boolean shadows = !ink && canvas.chance(0.25);
    boolean reliefs = !ink && canvas.chance(0.3);
    double outlined = reliefs ? 0.2 : 0.9;
    double gradients = canvas.chance(0.4) ? 0.5 : 0.05;
    Color line = canvas.ink();
    double thickness = canvas.chance(0.3) ? canvas.between(0.7, 1.5) : canvas.between(1.5, 6.0);
    canvas.fill(
        canvas.whole(), ink ? Color.WHITE : canvas.paint(canvas.whole(), 2 * gradients / 3));
    for (int i = canvas.between(6, 30); i > 0; i--) {
      double x = canvas.between(0.0, canvas.width());
      double y = canvas.between(0.0, canvas.height());
      double radius = side * Math.exp(canvas.between(-4.0, -0.9));
      Shape shape = canvas.chance(0.75) ? canvas.blob(x, y, radius) : canvas.figure(x, y, radius);
      Paint paint =
          ink ? (canvas.chance(0.8) ? Color.WHITE : line) : canvas.paint(shape, gradients);
      if (shadows) {
        canvas.shadow(shape);
      }
      if (reliefs) {
        canvas.relief(shape);
      }
      body(canvas, shape, paint, line, ink);
      if (canvas.chance(outlined)) {
        canvas.outline(shape, toned ? canvas.tone() : line, thickness);
      }
    }
    for (int i = canvas.between(0, 5); i > 0; i--) {
      hair(canvas, side, line, thickness);
    }
    if (canvas.chance(0.5)) {
      balloon(canvas, side, line, thickness);
    }
  }

  /** A shape's fill, and what lies on it: a shadow's hard edge, a highlight, a screen, hatching. */
  private static void body(Canvas canvas, Shape shape, Paint paint, Color line, boolean ink) {
    canvas.fill(shape, paint);
    Rectangle2D box = shape.getBounds2D();
    double reach = Math.max(box.getWidth(), box.getHeight()) / 2;
    if (!ink && canvas.chance(0.5)) {
      Color shadow = Canvas.mixed(canvas.colour(), Color.BLACK, canvas.between(0.1, 0.6));
      Shape moved =
          AffineTransform.getTranslateInstance(
                  reach * canvas.between(0.3, 0.9), reach * canvas.between(0.3, 0.9))
              .createTransformedShape(shape);
      canvas.within(shape, () -> canvas.fill(moved, shadow));
    }
    if (canvas.chance(ink ? 0.4 : 0.12)) {
      canvas.halftone(shape, line);
    }
    if (canvas.chance(ink ? 0.3 : 0.05)) {
      hatch(canvas, shape, line);
    }
    if (canvas.chance(0.3)) {
      Shape spot =
          canvas.blob(
              box.getCenterX() - 0.4 * reach,
              box.getCenterY() - 0.4 * reach,
              reach * canvas.between(0.05, 0.25));
      canvas.within(shape, () -> canvas.fill(spot, Color.WHITE));
    }
  }

  private static void hatch(Canvas canvas, Shape shape, Color line) {
    Rectangle2D box = shape.getBounds2D();
    double pitch = canvas.between(3.0, 10.0);
    double lean = box.getHeight() * canvas.between(-1.0, 1.0);
    double thickness = canvas.between(0.5, 2.0);
    canvas.within(
        shape,
        () -> {
          double reach = box.getWidth() + Math.abs(lean);
          for (double x = box.getMinX() - Math.abs(lean); x < box.getMinX() + reach; x += pitch) {
            Path2D stroke = new Path2D.Double();
            stroke.moveTo(x, box.getMinY());
            stroke.lineTo(x + lean, box.getMaxY());
            canvas.outline(stroke, line, thickness);
          }
        });
  }

  /** A tuft of pen strokes that run nearly alike. */
  private static void hair(Canvas canvas, double side, Color line, double thickness) {
    Rectangle2D where =
        new Rectangle2D.Double(
            canvas.between(-0.2, 0.8) * canvas.width(),
            canvas.between(-0.2, 0.8) * canvas.height(),
            side * canvas.between(0.1, 0.5),
            side * canvas.between(0.1, 0.5));
    Path2D first = canvas.curve(where, 3 + canvas.between(0, 2));
    double apart = canvas.between(2.0, 9.0);
    double lean = canvas.between(-0.06, 0.06);
    Color colour = canvas.chance(0.6) ? line : canvas.tone();
    for (int i = canvas.between(1, 10); i > 0; i--) {
      AffineTransform move = AffineTransform.getTranslateInstance(i * apart, i * apart / 3);
      move.rotate(i * lean, where.getCenterX(), where.getCenterY());
      Path2D strand = new Path2D.Double(first, move);
      canvas.penStroke(strand, colour, thickness * canvas.between(0.5, 1.5));
    }
  }

  private static void balloon(Canvas canvas, double side, Color line, double thickness) {
    double width = side * canvas.between(0.25, 0.6);
    double x = canvas.between(0.0, canvas.width() - width);
    double y = canvas.between(0.0, 0.8 * canvas.height());
    Font font = canvas.font(canvas.between(12.0, 30.0));
    double height = font.getSize2D() * canvas.between(2, 6);
    Shape bubble = canvas.figure(x + width / 2, y + height / 2, width / 2);
    canvas.fill(bubble, Color.WHITE);
    canvas.outline(bubble, line, thickness);
    canvas.within(
        bubble,
        () ->
            canvas.paragraph(
                new Rectangle2D.Double(x + 0.1 * width, y, 0.8 * width, height), font, 1.15, line));
  }
}

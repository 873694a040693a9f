package io.subpixel.trainer.internal.drawing;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random shapes. */
final class Curves {
  private Curves() {}

  /** A closed curve whose distance from its centre varies smoothly. */
  static Path2D blob(Random random, double x, double y, double radius) {
    int count = 4 + random.nextInt(8);
    double roughness = 0.05 + 0.5 * random.nextDouble();
    double flatness = 0.4 + 0.6 * random.nextDouble();
    double turn = 2 * Math.PI * random.nextDouble();
    List<Point2D> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double angle = 2 * Math.PI * i / count;
      double own = radius * (1 - roughness * random.nextDouble());
      double along = own * Math.cos(angle);
      double across = own * flatness * Math.sin(angle);
      points.add(
          new Point2D.Double(
              x + along * Math.cos(turn) - across * Math.sin(turn),
              y + along * Math.sin(turn) + across * Math.cos(turn)));
    }
    return smooth(points, true);
  }

  /** A curve from one side of a box to another, or anywhere within it. */
  static Path2D through(Random random, Rectangle2D box, int count) {
    List<Point2D> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      points.add(
          new Point2D.Double(
              box.getX() + box.getWidth() * random.nextDouble(),
              box.getY() + box.getHeight() * random.nextDouble()));
    }
    return smooth(points, false);
  }

  static Shape figure(Random random, double x, double y, double radius) {
    double width = radius * (0.5 + random.nextDouble());
    double height = radius * (0.5 + random.nextDouble());
    return switch (random.nextInt(5)) {
      case 0 -> new Ellipse2D.Double(x - width, y - height, 2 * width, 2 * height);
      case 1 ->
          new Rectangle2D.Double(
              Math.rint(x - width),
              Math.rint(y - height),
              Math.rint(2 * width),
              Math.rint(2 * height));
      case 2 ->
          new RoundRectangle2D.Double(
              x - width, y - height, 2 * width, 2 * height, radius / 2, radius / 2);
      case 3 -> star(random, x, y, radius, 1);
      default -> star(random, x, y, radius, 0.3 + 0.6 * random.nextDouble());
    };
  }

  /** A regular polygon, or a star if every other corner is nearer to the centre. */
  private static Path2D star(Random random, double x, double y, double radius, double inner) {
    int corners = 3 + random.nextInt(6);
    int points = inner == 1 ? corners : 2 * corners;
    double turn = 2 * Math.PI * random.nextDouble();
    Path2D path = new Path2D.Double();
    for (int i = 0; i < points; i++) {
      double own = i % 2 == 0 ? radius : radius * inner;
      double angle = turn + 2 * Math.PI * i / points;
      double px = x + own * Math.cos(angle);
      double py = y + own * Math.sin(angle);
      if (i == 0) {
        path.moveTo(px, py);
      } else {
        path.lineTo(px, py);
      }
    }
    path.closePath();
    return path;
  }

  /** A Catmull-Rom spline, written as Bézier curves. */
  private static Path2D smooth(List<Point2D> points, boolean closed) {
    int count = points.size();
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).getX(), points.get(0).getY());
    for (int i = 0; i < (closed ? count : count - 1); i++) {
      Point2D before = at(points, i - 1, closed);
      Point2D from = at(points, i, closed);
      Point2D to = at(points, i + 1, closed);
      Point2D after = at(points, i + 2, closed);
      path.curveTo(
          from.getX() + (to.getX() - before.getX()) / 6,
          from.getY() + (to.getY() - before.getY()) / 6,
          to.getX() - (after.getX() - from.getX()) / 6,
          to.getY() - (after.getY() - from.getY()) / 6,
          to.getX(),
          to.getY());
    }
    if (closed) {
      path.closePath();
    }
    return path;
  }

  private static Point2D at(List<Point2D> points, int i, boolean closed) {
    int count = points.size();
    return points.get(closed ? Math.floorMod(i, count) : Math.max(0, Math.min(count - 1, i)));
  }

  /** Points along a path, near enough for straight lines between them. */
  static List<Point2D> points(Path2D path) {
    List<Point2D> points = new ArrayList<>();
    double[] at = new double[6];
    for (PathIterator i = path.getPathIterator(null, 0.1); !i.isDone(); i.next()) {
      if (i.currentSegment(at) != PathIterator.SEG_CLOSE) {
        points.add(new Point2D.Double(at[0], at[1]));
      }
    }
    return points;
  }
}

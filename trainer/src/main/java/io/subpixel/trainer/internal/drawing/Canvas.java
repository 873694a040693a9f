package io.subpixel.trainer.internal.drawing;

import io.subpixel.pictures.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/** A picture being drawn, and the random choices that all kinds of drawings share. */
final class Canvas {
  /** Of ten drawings, one has hard edges. */
  private static final double HARD_EDGES = 0.1;

  private final BufferedImage image;
  private final Graphics2D graphics;
  private final Random random;
  private final Typeface typeface;
  private final Color[] colours;

  Canvas(int width, int height, Random random) {
    this.random = random;
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    typeface = new Typeface(random);
    boolean soft = !chance(HARD_EDGES);
    graphics.setRenderingHint(
        RenderingHints.KEY_ANTIALIASING,
        soft ? RenderingHints.VALUE_ANTIALIAS_ON : RenderingHints.VALUE_ANTIALIAS_OFF);
    graphics.setRenderingHint(
        RenderingHints.KEY_STROKE_CONTROL,
        chance(0.5) ? RenderingHints.VALUE_STROKE_PURE : RenderingHints.VALUE_STROKE_NORMALIZE);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING,
        soft ? RenderingHints.VALUE_TEXT_ANTIALIAS_ON : RenderingHints.VALUE_TEXT_ANTIALIAS_OFF);
    colours = harmony();
  }

  /** A few colours that go together: hues near each other or opposite, or greys. */
  private Color[] harmony() {
    Color[] drawn = new Color[3 + random.nextInt(5)];
    boolean grey = chance(0.25);
    double hue = random.nextDouble();
    double spread = between(0.03, 0.5);
    double strength = between(0.1, 1);
    for (int i = 0; i < drawn.length; i++) {
      double own = hue + spread * random.nextGaussian() + (chance(0.2) ? 0.5 : 0);
      double saturation = grey ? 0 : Math.min(1, strength * between(0.4, 1.3));
      drawn[i] = Color.getHSBColor((float) own, (float) saturation, (float) between(0.15, 1));
    }
    return drawn;
  }

  Picture toPicture() {
    int width = image.getWidth();
    int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    byte[] samples = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      samples[3 * i] = (byte) (pixels[i] >> 16);
      samples[3 * i + 1] = (byte) (pixels[i] >> 8);
      samples[3 * i + 2] = (byte) pixels[i];
    }
    return new Picture(width, image.getHeight(), 3, samples);
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  // ---- choices

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  double between(double min, double max) {
    return min + (max - min) * random.nextDouble();
  }

  int between(int min, int max) {
    return min + random.nextInt(max - min + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  Color colour() {
    return colours[random.nextInt(colours.length)];
  }

  /** A colour for paper and walls. */
  Color light() {
    return mixed(colour(), Color.WHITE, between(0.6, 1));
  }

  /**
   * A colour for ink and outlines: mostly dark, but one in five is faint. A network that saw dark
   * lines alone would draw each grey line as a black one.
   */
  Color ink() {
    double share = chance(0.5) ? 1 : chance(0.6) ? between(0.5, 1) : between(0.05, 0.5);
    return mixed(colour(), Color.BLACK, share);
  }

  /** A colour of any contrast, as coloured outlines and shading have. */
  Color tone() {
    return mixed(colour(), chance(0.7) ? Color.BLACK : Color.WHITE, between(0.05, 0.7));
  }

  static Color mixed(Color a, Color b, double share) {
    return new Color(
        (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
        (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
        (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
  }

  /** A single colour or, as often as asked for, a gradient within a shape. */
  Paint paint(Shape shape, double gradients) {
    if (!chance(gradients)) {
      return colour();
    }
    Rectangle2D box = shape.getBounds2D();
    Color from = colour();
    Color to = chance(0.5) ? mixed(from, chance(0.5) ? Color.WHITE : Color.BLACK, 0.5) : colour();
    if (chance(0.4)) {
      float radius =
          (float) Math.max(1, between(0.4, 1) * Math.max(box.getWidth(), box.getHeight()));
      Point2D centre =
          new Point2D.Double(
              between(box.getMinX(), box.getMaxX()), between(box.getMinY(), box.getMaxY()));
      return new RadialGradientPaint(centre, radius, new float[] {0, 1}, new Color[] {from, to});
    }
    double angle = between(0, 2 * Math.PI);
    double reach = Math.max(1, Math.hypot(box.getWidth(), box.getHeight()) / 2);
    Point2D start =
        new Point2D.Double(
            box.getCenterX() - reach * Math.cos(angle), box.getCenterY() - reach * Math.sin(angle));
    Point2D end =
        new Point2D.Double(
            box.getCenterX() + reach * Math.cos(angle), box.getCenterY() + reach * Math.sin(angle));
    if (chance(0.3)) {
      return new LinearGradientPaint(
          start, end, new float[] {0, 0.35f, 0.6f, 1}, new Color[] {from, to, tone(), from});
    }
    return new GradientPaint(start, from, end, to);
  }

  // ---- marks

  Rectangle2D whole() {
    return new Rectangle2D.Double(0, 0, width(), height());
  }

  void fill(Shape shape, Paint paint) {
    graphics.setPaint(paint);
    graphics.fill(shape);
  }

  void outline(Shape shape, Paint paint, double thickness) {
    graphics.setPaint(paint);
    graphics.setStroke(
        new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(shape);
  }

  /** Fills the edge that a shape, yet to be filled, shows as if it were cut out of a sheet. */
  void relief(Shape shape) {
    double depth = between(0.7, 5.0);
    double angle = between(0, 2 * Math.PI);
    Shape edge =
        AffineTransform.getTranslateInstance(depth * Math.cos(angle), depth * Math.sin(angle))
            .createTransformedShape(shape);
    fill(edge, tone());
  }

  /** Darkens what lies beside a shape that is yet to be filled, with a soft or a hard edge. */
  void shadow(Shape shape) {
    double reach = between(1.0, 12.0);
    int layers = chance(0.3) ? 1 : between(3, 8);
    Color veil = new Color(0, 0, 0, between(25, 130) / layers);
    Shape moved =
        AffineTransform.getTranslateInstance(between(-reach, reach), between(0, reach))
            .createTransformedShape(shape);
    for (int i = 1; i <= layers; i++) {
      fill(moved, veil);
      outline(moved, veil, 2 * reach * i / layers);
    }
  }

  void dashed(Shape shape, Paint paint, double thickness, double dash) {
    graphics.setPaint(paint);
    graphics.setStroke(
        new BasicStroke(
            (float) thickness,
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            10,
            new float[] {(float) dash},
            0));
    graphics.draw(shape);
  }

  /** A line drawn by pressing a pen: thin at its ends, thick between. */
  void penStroke(Path2D line, Paint paint, double thickness) {
    graphics.setPaint(paint);
    List<Point2D> points = Curves.points(line);
    for (int i = 1; i < points.size(); i++) {
      double pressure = Math.sin(Math.PI * (i - 0.5) / (points.size() - 1));
      graphics.setStroke(
          new BasicStroke(
              (float) Math.max(0.3, thickness * pressure),
              BasicStroke.CAP_ROUND,
              BasicStroke.JOIN_ROUND));
      graphics.draw(new Line2D.Double(points.get(i - 1), points.get(i)));
    }
  }

  /** Draws only within a shape for as long as a task takes. */
  void within(Shape shape, Runnable task) {
    Shape before = graphics.getClip();
    graphics.clip(shape);
    task.run();
    graphics.setClip(before);
  }

  /** Dots or lines on a slanted grid whose thickness changes across the shape. */
  void halftone(Shape shape, Paint paint) {
    Rectangle2D box = shape.getBounds2D();
    double pitch = between(3.0, 14.0);
    double slant = between(0, Math.PI / 2);
    double from = between(0.05, 0.5);
    double to = between(0.05, 0.7);
    boolean lines = chance(0.3);
    double reach = Math.hypot(box.getWidth(), box.getHeight()) / 2 + pitch;
    AffineTransform turn =
        AffineTransform.getRotateInstance(slant, box.getCenterX(), box.getCenterY());
    Path2D dots = new Path2D.Double();
    for (double y = -reach; y < reach; y += pitch) {
      double size = pitch * (from + (to - from) * (y + reach) / (2 * reach));
      if (lines) {
        dots.append(
            new Rectangle2D.Double(box.getCenterX() - reach, box.getCenterY() + y, 2 * reach, size),
            false);
        continue;
      }
      for (double x = -reach; x < reach; x += pitch) {
        dots.append(
            new Ellipse2D.Double(box.getCenterX() + x, box.getCenterY() + y, size, size), false);
      }
    }
    within(shape, () -> fill(turn.createTransformedShape(dots), paint));
  }

  // ---- text

  /** A font for one piece of text. */
  Font font(double size) {
    return typeface.font(size);
  }

  /** Random words in one of the scripts that the font has. */
  String words(Font font, int count) {
    return typeface.words(font, count);
  }

  /** Chooses another family for the text that follows. */
  void changeTypeface() {
    typeface.change();
  }

  double textWidth(String text, Font font) {
    return font.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
  }

  /** Writes a line of text from a place on its baseline. */
  void text(String text, Font font, double x, double y, Paint paint) {
    graphics.setFont(font);
    graphics.setPaint(paint);
    graphics.drawString(text, (float) x, (float) y);
  }

  /** Writes text turned about its start. */
  void text(String text, Font font, double x, double y, double angle, Paint paint) {
    AffineTransform before = graphics.getTransform();
    graphics.rotate(angle, x, y);
    text(text, font, x, y, paint);
    graphics.setTransform(before);
  }

  /** Fills a box with lines of text, and returns where the next line would be. */
  double paragraph(Rectangle2D box, Font font, double leading, Paint paint) {
    double y = box.getMinY() + font.getSize2D();
    while (y < box.getMaxY()) {
      String line = words(font, 1);
      String longer = line;
      while (textWidth(longer, font) < box.getWidth()) {
        line = longer;
        longer += " " + words(font, 1);
      }
      text(line, font, box.getMinX(), y, paint);
      y += leading * font.getSize2D();
      if (chance(0.08)) {
        y += leading * font.getSize2D();
      }
    }
    return y;
  }

  // ---- shapes

  /** A closed, smooth shape around a point. */
  Path2D blob(double x, double y, double radius) {
    return Curves.blob(random, x, y, radius);
  }

  /** A smooth line through the picture or a part of it. */
  Path2D curve(Rectangle2D within, int points) {
    return Curves.through(random, within, points);
  }

  /** A polygon, star, circle, rounded or plain box around a point. */
  Shape figure(double x, double y, double radius) {
    return Curves.figure(random, x, y, radius);
  }
}

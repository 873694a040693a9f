package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.benchmark.ModelsBenchmark.Result;
import io.subpixel.conformance.benchmark.ModelsBenchmark.Row;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * PSNR against milliseconds as one picture, with a panel for each scale. Every point has its
 * model's name beside it, where it covers no other name and no point.
 */
public final class ModelsChart {
  private static final int WIDTH = 1200;
  private static final int PANEL = 440;
  private static final int LEFT = 80;
  private static final int RIGHT = 40;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;
  private static final double RADIUS = 5;

  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Color INK = new Color(0x20, 0x24, 0x2a);
  private static final Color GRID = new Color(0xdd, 0xe0, 0xe4);
  private static final Color MODEL = new Color(0x1f, 0x6f, 0xb4);
  private static final Color BICUBIC = new Color(0xb4, 0x5a, 0x1f);
  private static final Stroke THIN = new BasicStroke(1);
  private static final Stroke DASHED =
      new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 5}, 0);

  /** Directions and distances from a point in which its name may stand, best first. */
  private static final int[][] PLACES = {
    {1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}
  };

  private static final int MAX_DISTANCE = 8;

  private ModelsChart() {}

  /** Draws it. */
  public static BufferedImage draw(Result result) {
    List<Integer> scales = result.rows().stream().map(Row::scale).distinct().sorted().toList();
    BufferedImage image =
        new BufferedImage(WIDTH, PANEL * scales.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int i = 0; i < scales.size(); i++) {
      int scale = scales.get(i);
      List<Row> rows = result.rows().stream().filter(row -> row.scale() == scale).toList();
      Graphics2D part = (Graphics2D) g.create(0, i * PANEL, WIDTH, PANEL);
      new Panel(part, rows)
          .draw(
              String.format(
                  Locale.ROOT,
                  "x%d: PSNR on %s (%s) against time on one core",
                  scale,
                  result.data(),
                  result.degradation()));
      part.dispose();
    }
    g.dispose();
    return image;
  }

  /** The axes of one scale's rows: logarithmic across, linear upwards. */
  private static final class Panel {
    private final Graphics2D g;
    private final List<Row> models;
    private final List<Row> lines;
    private final double least;
    private final double most;
    private final double low;
    private final double high;
    private final double step;
    private final List<Rectangle2D> taken = new ArrayList<>();

    Panel(Graphics2D g, List<Row> rows) {
      this.g = g;
      models = rows.stream().filter(row -> !isLine(row)).toList();
      lines = rows.stream().filter(Panel::isLine).toList();
      List<Row> timed = models.isEmpty() ? rows : models;
      least = timed.stream().mapToDouble(Row::milliseconds).min().orElseThrow() / 1.25;
      most = timed.stream().mapToDouble(Row::milliseconds).max().orElseThrow() * 1.25;
      double bottom = rows.stream().mapToDouble(Row::psnr).min().orElseThrow();
      double top = rows.stream().mapToDouble(Row::psnr).max().orElseThrow();
      step = top - bottom > 5 ? 1 : top - bottom > 1 ? 0.5 : 0.2;
      low = (Math.ceil(bottom / step) - 1) * step;
      high = (Math.floor(top / step) + 1) * step;
    }

    private static boolean isLine(Row row) {
      return row.model().equals(ModelsBenchmark.BICUBIC);
    }

    private double x(double milliseconds) {
      double part = Math.log(milliseconds / least) / Math.log(most / least);
      return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    private double y(double psnr) {
      return PANEL - BOTTOM - (psnr - low) / (high - low) * (PANEL - TOP - BOTTOM);
    }

    void draw(String title) {
      g.setColor(INK);
      g.setFont(TITLE);
      g.drawString(title, LEFT, 30);
      g.setFont(TEXT);
      axes();
      for (Row line : lines) {
        g.setColor(BICUBIC);
        g.setStroke(DASHED);
        g.draw(new Line2D.Double(LEFT, y(line.psnr()), WIDTH - RIGHT, y(line.psnr())));
        String text =
            String.format(
                Locale.ROOT,
                "%s, %.2f dB in %.0f ms",
                line.model(),
                line.psnr(),
                line.milliseconds());
        FontMetrics metrics = g.getFontMetrics();
        Rectangle2D box =
            new Rectangle2D.Double(
                WIDTH - RIGHT - metrics.stringWidth(text) - 4.0,
                y(line.psnr()) - metrics.getHeight() - 2,
                metrics.stringWidth(text),
                metrics.getHeight());
        write(text, box);
        taken.add(new Rectangle2D.Double(LEFT, y(line.psnr()) - 1, WIDTH, 2));
      }
      points();
    }

    private void axes() {
      FontMetrics metrics = g.getFontMetrics();
      for (int i = 0; low + i * step < high + step / 2; i++) {
        double psnr = low + i * step;
        grid(LEFT, y(psnr), WIDTH - RIGHT, y(psnr));
        String text = String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", psnr);
        g.drawString(
            text, LEFT - 8 - metrics.stringWidth(text), (float) y(psnr) + metrics.getAscent() / 2f);
      }
      for (int decade = -3; decade < 9; decade++) {
        for (int digit : new int[] {1, 2, 3, 5, 7}) {
          double milliseconds = digit * Math.pow(10, decade);
          if (milliseconds >= least && milliseconds <= most) {
            grid(x(milliseconds), TOP, x(milliseconds), PANEL - BOTTOM);
            String text =
                milliseconds < 1
                    ? String.valueOf(milliseconds)
                    : String.format(Locale.ROOT, "%.0f", milliseconds);
            g.drawString(
                text,
                (float) x(milliseconds) - metrics.stringWidth(text) / 2f,
                PANEL - BOTTOM + 20f);
          }
        }
      }
      g.drawString("dB", 8, TOP + 5);
      String across =
          "milliseconds to "
              + ModelsBenchmark.WIDTH
              + "x"
              + ModelsBenchmark.HEIGHT
              + ", logarithmic";
      if (models.stream().anyMatch(Row::foreign)) {
        across += "; rings: trained for other degradations";
      }
      g.drawString(across, LEFT, PANEL - 14);
    }

    private void grid(double fromX, double fromY, double toX, double toY) {
      g.setStroke(THIN);
      g.setColor(GRID);
      g.draw(new Line2D.Double(fromX, fromY, toX, toY));
      g.setColor(INK);
    }

    private void points() {
      g.setStroke(new BasicStroke(2));
      for (Row row : models) {
        Rectangle2D box = around(row);
        taken.add(box);
        g.setColor(MODEL);
        Ellipse2D circle =
            new Ellipse2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight());
        if (row.foreign()) {
          g.draw(circle);
        } else {
          g.fill(circle);
        }
      }
      g.setColor(INK);
      models.stream()
          .sorted(Comparator.comparingDouble(Row::psnr).reversed())
          .forEach(row -> write(row.model(), place(row)));
    }

    private Rectangle2D around(Row row) {
      return new Rectangle2D.Double(
          x(row.milliseconds()) - RADIUS, y(row.psnr()) - RADIUS, 2 * RADIUS, 2 * RADIUS);
    }

    /** The nearest free place for a row's name. */
    private Rectangle2D place(Row row) {
      FontMetrics metrics = g.getFontMetrics();
      double width = metrics.stringWidth(row.model());
      double height = metrics.getHeight();
      Rectangle2D whole = new Rectangle2D.Double(LEFT, TOP, WIDTH - LEFT - 8, PANEL - TOP - BOTTOM);
      for (int distance = 0; distance < MAX_DISTANCE; distance++) {
        for (int[] direction : PLACES) {
          double awayX = RADIUS + 4 + width / 2;
          double awayY = RADIUS + height / 2 + distance * height / 2;
          Rectangle2D box =
              new Rectangle2D.Double(
                  x(row.milliseconds()) + direction[0] * awayX - width / 2,
                  y(row.psnr())
                      + direction[1] * awayY
                      - height / 2
                      + (direction[1] == 0 ? distance * height / 2 : 0),
                  width,
                  height);
          if (whole.contains(box) && taken.stream().noneMatch(box::intersects)) {
            if (distance > 0) {
              lead(row, box);
            }
            return box;
          }
        }
      }
      return new Rectangle2D.Double(
          x(row.milliseconds()) + RADIUS + 4, y(row.psnr()) - height / 2, width, height);
    }

    /** A thin line to a name that stands farther off. */
    private void lead(Row row, Rectangle2D box) {
      g.setStroke(THIN);
      g.setColor(MODEL);
      double x = Math.min(Math.max(x(row.milliseconds()), box.getMinX()), box.getMaxX());
      double y = box.getCenterY() < y(row.psnr()) ? box.getMaxY() - 2 : box.getMinY() + 2;
      g.draw(new Line2D.Double(x(row.milliseconds()), y(row.psnr()), x, y));
      g.setColor(INK);
    }

    private void write(String text, Rectangle2D box) {
      taken.add(box);
      g.drawString(text, (float) box.getX(), (float) box.getY() + g.getFontMetrics().getAscent());
    }
  }
}

package io.subpixel.runtime.batch.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.Fonts;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.Upscaler.Prepared;
import io.subpixel.runtime.Upscaler.Upscaled;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a picture enlarged in several ways, side by side: a detail of at most 2000x700 pixels, or
 * frames.
 */
public final class ComparisonSheet {
  private static final int WIDEST_PANEL = 640;
  private static final int USUAL_PANEL = 320;
  private static final int NARROWEST_COLUMN = 160;
  private static final int GAP = 8;
  private static final int LABEL = 24;

  private ComparisonSheet() {}

  private record Panel(String label, Picture picture) {}

  /**
   * Draws the sheet.
   *
   * @param busiest a detail of the picture
   * @param whole the result of the whole picture
   * @param upscaler the upscaler that was used
   */
  public static Picture of(DetailFinder.Detail busiest, Upscaled whole, Upscaler upscaler)
      throws IOException {
    double across = (double) whole.sr().width() / whole.lr().width();
    double down = (double) whole.sr().height() / whole.lr().height();
    DetailFinder.Detail detail =
        busiest.middle(
            (int) Math.max(1, WIDEST_PANEL / across), (int) Math.max(1, WIDEST_PANEL / down));
    PictureLayout lr = detail.layout();
    PictureLayout sr =
        lr.withSize(
                (int) Math.max(1, Math.round(lr.width() * across)),
                (int) Math.max(1, Math.round(lr.height() * down)))
            .withDepth(8);
    Picture around = picture(detail.around(), lr);
    Rows rows = new Rows(sr.height(), sr);
    upscaler.upscale(
        new Prepared(RowSource.of(detail.around(), lr), whole.chosen()), RowSink.of(rows, sr));
    Picture model = picture(rows, sr);
    String label = whole.chosen().upscaler().traits().name();
    List<Panel> panels = new ArrayList<>();
    panels.add(new Panel("nearest", resized(around, sr, Kernel.NEAREST)));
    panels.add(new Panel("bicubic", resized(around, sr, Kernel.CUBIC)));
    panels.add(new Panel(label, model));

    int width = (int) Math.max(1, detail.width() * across);
    int height = (int) Math.max(1, detail.height() * down);
    int x = (int) (detail.x() * across);
    int y = (int) (detail.y() * down);
    List<Panel> cropped = new ArrayList<>();
    for (Panel panel : panels) {
      cropped.add(new Panel(panel.label, panel.picture.crop(x, y, width, height)));
    }
    return drawn(cropped, width, height);
  }

  /**
   * Draws two whole pictures of the same size side by side.
   *
   * @param label the name of the model that made the second one
   */
  public static Picture ofFrames(Picture bicubic, Picture upscaled, String label) {
    List<Panel> panels = List.of(new Panel("bicubic", bicubic), new Panel(label, upscaled));
    return drawn(panels, bicubic.width(), bicubic.height());
  }

  private static Picture drawn(List<Panel> panels, int width, int height) {
    int zoom = Math.max(1, USUAL_PANEL / Math.max(width, height));
    int column = Math.max(NARROWEST_COLUMN, width * zoom);
    BufferedImage sheet =
        new BufferedImage(
            GAP + panels.size() * (column + GAP),
            LABEL + height * zoom + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    int left = GAP;
    for (Panel panel : panels) {
      if (Fonts.areThere()) {
        String label = fitting(panel.label, graphics.getFontMetrics(), column);
        graphics.drawString(label, left, LABEL - GAP);
      }
      graphics.drawImage(image(panel.picture), left, LABEL, width * zoom, height * zoom, null);
      left += column + GAP;
    }
    graphics.dispose();
    return picture(sheet);
  }

  private static String fitting(String label, FontMetrics metrics, int width) {
    int length = label.length();
    String shown = label;
    while (metrics.stringWidth(shown) > width && length > 0) {
      shown = label.substring(0, --length) + "...";
    }
    return shown;
  }

  private static Picture resized(Picture around, PictureLayout sr, Kernel kernel) {
    return new Resampler(
            around.width(), around.height(), sr.width(), sr.height(), kernel, Edge.CLAMP)
        .apply(around);
  }

  /** Converts rows to a picture of 8 bits. */
  private static Picture picture(Rows rows, PictureLayout layout) {
    Plane[] channels = new Plane[layout.channels()];
    float[] line = new float[layout.width()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = new Plane(layout.width(), layout.height());
      for (int y = 0; y < layout.height(); y++) {
        rows.get(y, 0, line.length, c, line);
        for (int x = 0; x < line.length; x++) {
          channels[c].values()[y * line.length + x] = line[x] * 255 / rows.greatest();
        }
      }
    }
    return Picture.ofChannels(channels);
  }

  private static Picture picture(BufferedImage image) {
    byte[] samples = new byte[image.getWidth() * image.getHeight() * 3];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        samples[at++] = (byte) (rgb >> 16);
        samples[at++] = (byte) (rgb >> 8);
        samples[at++] = (byte) rgb;
      }
    }
    return new Picture(image.getWidth(), image.getHeight(), 3, samples);
  }

  private static BufferedImage image(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_ARGB);
    boolean colour = picture.channels() >= 3;
    int last = picture.channels() - 1;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int alpha = picture.hasAlpha() ? picture.at(x, y, last) : 255;
        int red = picture.at(x, y, 0);
        int green = colour ? picture.at(x, y, 1) : red;
        int blue = colour ? picture.at(x, y, 2) : red;
        image.setRGB(x, y, alpha << 24 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }
}

package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The background for a picture with alpha.
 *
 * @param red 0..255
 * @param green 0..255
 * @param blue 0..255
 * @since 0.1
 */
public record Background(int red, int green, int blue) {
  private static final Pattern HEX =
      Pattern.compile("#?(\\p{XDigit}{2})(\\p{XDigit}{2})(\\p{XDigit}{2})");

  /** Checks the ranges. */
  public Background {
    if ((red | green | blue) < 0 || Math.max(red, Math.max(green, blue)) > 255) {
      throw new IllegalArgumentException(
          "background: expected 0 to 255 each, received %d, %d, %d".formatted(red, green, blue));
    }
  }

  /**
   * Reads {@code white}, {@code black} or {@code #RRGGBB}.
   *
   * @throws IllegalArgumentException if the text isn't one of these
   */
  public static Background parse(String text) {
    Matcher hex = HEX.matcher(text);
    if (text.equals("white")) {
      return new Background(255, 255, 255);
    } else if (text.equals("black")) {
      return new Background(0, 0, 0);
    } else if (hex.matches()) {
      return new Background(hex(hex.group(1)), hex(hex.group(2)), hex(hex.group(3)));
    }
    throw new IllegalArgumentException("expected white, black or #RRGGBB, received " + text);
  }

  private static int hex(String digits) {
    return Integer.parseInt(digits, 16);
  }

  /**
   * Returns the picture on this background, without alpha. A grey picture on a colour becomes RGB.
   */
  public RowSource under(RowSource picture) {
    return picture.layout().hasAlpha() ? new Flattened(picture) : picture;
  }

  private boolean isGrey() {
    return red == green && green == blue;
  }

  private final class Flattened implements RowSource {
    private final RowSource picture;
    private final PictureLayout layout;
    private final Rows line;
    private final float[] alpha;
    private final float[] values;

    Flattened(RowSource picture) {
      this.picture = picture;
      PictureLayout from = picture.layout();
      int channels = from.isColour() || !isGrey() ? 3 : 1;
      layout = new PictureLayout(from.width(), from.height(), channels, from.depth());
      line = new Rows(1, from);
      alpha = new float[from.width()];
      values = new float[from.width()];
    }

    @Override
    public PictureLayout layout() {
      return layout;
    }

    @Override
    public void read(Rows into, int at, int count) throws IOException {
      int[] colour = {red, green, blue};
      int width = layout.width();
      float greatest = line.greatest();
      for (int row = at; row < at + count; row++) {
        picture.read(line, 0, 1);
        line.get(0, 0, width, line.channels() - 1, alpha);
        for (int c = 0; c < layout.channels(); c++) {
          line.get(0, 0, width, picture.layout().isColour() ? c : 0, values);
          float behind = colour[c] * greatest / 255;
          for (int x = 0; x < width; x++) {
            values[x] = behind + (values[x] - behind) * (alpha[x] / greatest);
          }
          into.set(row, 0, width, c, values);
        }
      }
    }

    @Override
    public void close() throws IOException {
      picture.close();
    }
  }
}

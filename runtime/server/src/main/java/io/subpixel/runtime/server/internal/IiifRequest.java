package io.subpixel.runtime.server.internal;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last four parts of an image's URI, by the <a href="https://iiif.io/api/image/3.0/">IIIF Image
 * API 3.0</a>: region, size, rotation, quality and format. It knows no image yet; {@link #of} puts
 * it to one.
 *
 * @param region as it came
 * @param size as it came
 * @param isMirrored whether the left becomes the right, before it is turned
 * @param quarters quarter turns clockwise
 * @param quality colour, grey or black and white
 * @param format the ending of the result
 */
record IiifRequest(
    String region, String size, boolean isMirrored, int quarters, Quality quality, String format) {

  /** What becomes of colours. */
  enum Quality {
    DEFAULT,
    GRAY,
    BITONAL
  }

  private static final Map<String, Quality> QUALITIES =
      Map.of(
          "default", Quality.DEFAULT,
          "color", Quality.DEFAULT,
          "gray", Quality.GRAY,
          "bitonal", Quality.BITONAL);

  private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?|\\.\\d{1,9})";
  private static final Pattern PIXELS =
      Pattern.compile("(\\d{1,9}),(\\d{1,9}),(\\d{1,9}),(\\d{1,9})");
  private static final Pattern PERCENT =
      Pattern.compile("pct:" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER);
  private static final Pattern SIZE =
      Pattern.compile("(\\^?)(?:(max)|pct:" + NUMBER + "|(!?)(\\d{0,9}),(\\d{0,9}))");
  private static final Pattern ROTATION = Pattern.compile("(!?)" + NUMBER);

  /** How large results may be. */
  record Bounds(int maxWidth, int maxHeight, long maxArea) {
    private boolean hold(long width, long height) {
      return width <= maxWidth && height <= maxHeight && width * height <= maxArea;
    }

    /** Returns the scale that makes a region as large as possible. */
    private double scale(int width, int height) {
      double area = Math.sqrt((double) maxArea / ((double) width * height));
      return Math.min(area, Math.min((double) maxWidth / width, (double) maxHeight / height));
    }
  }

  /**
   * A request for an image of a known size.
   *
   * @param x the region's first column
   * @param y its first row
   * @param width its columns, at least 1
   * @param height its rows, at least 1
   * @param outWidth columns of the result, before it is turned
   * @param outHeight its rows
   * @param canonical the parts of its canonical URI, without the identifier
   */
  record Cut(int x, int y, int width, int height, int outWidth, int outHeight, String canonical) {
    /** Returns how many times larger a side becomes, of that which grows most. */
    double scale() {
      return Math.max((double) outWidth / width, (double) outHeight / height);
    }
  }

  /**
   * Reads the parts.
   *
   * @param name quality and format, parted by a dot
   * @throws Problem 400 if a part isn't of the syntax, 501 if it is and isn't supported
   */
  static IiifRequest parse(String region, String size, String rotation, String name)
      throws Problem {
    if (!region.equals("full")
        && !region.equals("square")
        && !PIXELS.matcher(region).matches()
        && !PERCENT.matcher(region).matches()) {
      throw Problem.parameter("region", "full, square, x,y,w,h or pct:x,y,w,h", region);
    }
    Matcher sized = SIZE.matcher(size);
    if (!sized.matches() || size.endsWith("^,") || isEmptyBox(sized)) {
      throw Problem.parameter(
          "size", "max, w, or ,h or pct:n or w,h or !w,h or one of them after ^", size);
    }
    Matcher turned = ROTATION.matcher(rotation);
    if (!turned.matches() || Double.parseDouble(turned.group(2)) > 360) {
      throw Problem.parameter("rotation", "0 to 360, or ! and 0 to 360", rotation);
    }
    double degrees = Double.parseDouble(turned.group(2));
    if (degrees % 90 != 0) {
      throw new Problem(501, "rotation", "a multiple of 90", rotation);
    }
    int dot = name.lastIndexOf('.');
    Quality quality = QUALITIES.get(dot < 0 ? name : name.substring(0, dot));
    if (quality == null) {
      throw Problem.parameter("quality", "default, color, gray or bitonal", name);
    }
    String format = name.substring(dot + 1);
    if (dot < 0 || !IiifImages.FORMATS.containsKey(format)) {
      String known = String.join(", ", IiifImages.FORMATS.keySet());
      throw Problem.parameter("format", "one of " + known, dot < 0 ? "none" : format);
    }
    return new IiifRequest(
        region, size, !turned.group(1).isEmpty(), (int) (degrees / 90) % 4, quality, format);
  }

  private static boolean isEmptyBox(Matcher size) {
    if (size.group(5) == null) {
      return false;
    }
    boolean noWidth = size.group(5).isEmpty();
    boolean noHeight = size.group(6).isEmpty();
    boolean isBest = !size.group(4).isEmpty();
    return isBest ? noWidth || noHeight : noWidth && noHeight;
  }

  /**
   * Puts it to an image.
   *
   * @throws Problem 400 if the region lies outside, or the size is none that may be asked for
   */
  Cut of(int imageWidth, int imageHeight, Bounds bounds) throws Problem {
    int[] part = region(imageWidth, imageHeight);
    int width = part[2];
    int height = part[3];
    int[] to = size(width, height, bounds);
    boolean isWhole = width == imageWidth && height == imageHeight;
    String cut = isWhole ? "full" : part[0] + "," + part[1] + "," + width + "," + height;
    double most = bounds.scale(width, height);
    boolean isMax =
        to[0] == scaled(width, Math.min(1, most)) && to[1] == scaled(height, Math.min(1, most));
    boolean isUp = to[0] > width || to[1] > height;
    String kind = quality.name().toLowerCase(Locale.ROOT);
    String canonical =
        cut
            + "/"
            + (isMax ? "max" : (isUp ? "^" : "") + to[0] + "," + to[1])
            + "/"
            + (isMirrored ? "!" : "")
            + 90 * quarters
            + "/"
            + kind
            + "."
            + format;
    return new Cut(part[0], part[1], width, height, to[0], to[1], canonical);
  }

  private int[] region(int width, int height) throws Problem {
    if (region.equals("full")) {
      return new int[] {0, 0, width, height};
    } else if (region.equals("square")) {
      int side = Math.min(width, height);
      return new int[] {(width - side) / 2, (height - side) / 2, side, side};
    }
    double[] at = new double[4];
    Matcher pixels = PIXELS.matcher(region);
    Matcher percent = PERCENT.matcher(region);
    boolean isPixels = pixels.matches();
    if (!isPixels && !percent.matches()) {
      throw new IllegalStateException(region);
    }
    for (int i = 0; i < 4; i++) {
      double value = Double.parseDouble(isPixels ? pixels.group(i + 1) : percent.group(i + 1));
      at[i] = isPixels ? value : value / 100 * (i % 2 == 0 ? width : height);
    }
    long left = Math.round(at[0]);
    long top = Math.round(at[1]);
    long columns = Math.min(Math.round(at[2]), width - left);
    long rows = Math.min(Math.round(at[3]), height - top);
    if (columns < 1 || rows < 1) {
      throw Problem.parameter("region", "a part of " + width + "x" + height + " pixels", region);
    }
    return new int[] {(int) left, (int) top, (int) columns, (int) rows};
  }

  private int[] size(int width, int height, Bounds bounds) throws Problem {
    Matcher sized = SIZE.matcher(size);
    if (!sized.matches()) {
      throw new IllegalStateException(size);
    }
    boolean isUp = !sized.group(1).isEmpty();
    double most = bounds.scale(width, height);
    if (sized.group(2) != null) {
      double scale = isUp ? most : Math.min(1, most);
      return new int[] {scaled(width, scale), scaled(height, scale)};
    }
    double columns;
    double rows;
    if (sized.group(3) != null) {
      double part = Double.parseDouble(sized.group(3)) / 100;
      columns = width * part;
      rows = height * part;
      if (Math.round(columns) < 1 || Math.round(rows) < 1) {
        throw Problem.parameter("size", "at least one pixel", size);
      }
    } else {
      Optional<Double> wantedWidth = number(sized.group(5));
      Optional<Double> wantedHeight = number(sized.group(6));
      if (!sized.group(4).isEmpty()) {
        double best =
            Math.min(wantedWidth.orElseThrow() / width, wantedHeight.orElseThrow() / height);
        requireSome(best);
        // Without ^, the specification has the region's size as another bound, not as an error.
        double scale = Math.min(isUp ? best : Math.min(1, best), most);
        return new int[] {scaled(width, scale), scaled(height, scale)};
      }
      columns = wantedWidth.orElseGet(() -> (double) width * wantedHeight.orElseThrow() / height);
      rows = wantedHeight.orElseGet(() -> (double) height * wantedWidth.orElseThrow() / width);
      requireSome(Math.min(wantedWidth.orElse(1.0), wantedHeight.orElse(1.0)));
    }
    long outWidth = Math.max(1, Math.round(columns));
    long outHeight = Math.max(1, Math.round(rows));
    requireAllowed(isUp || (outWidth <= width && outHeight <= height), width, height);
    if (!bounds.hold(outWidth, outHeight)) {
      throw Problem.parameter(
          "size",
          "at most %dx%d and %d pixels"
              .formatted(bounds.maxWidth, bounds.maxHeight, bounds.maxArea),
          outWidth + "x" + outHeight);
    }
    return new int[] {(int) outWidth, (int) outHeight};
  }

  private void requireSome(double pixels) throws Problem {
    if (pixels <= 0) {
      throw Problem.parameter("size", "at least one pixel", size);
    }
  }

  private void requireAllowed(boolean isAllowed, int width, int height) throws Problem {
    if (!isAllowed) {
      throw Problem.parameter(
          "size", "at most the region's %dx%d, or ^ before it".formatted(width, height), size);
    }
  }

  private static Optional<Double> number(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Double.parseDouble(text));
  }

  private static int scaled(int side, double scale) {
    // What is exact but for the last bit must not lose a pixel.
    return (int) Math.max(1, Math.floor(side * scale + 1e-6));
  }
}

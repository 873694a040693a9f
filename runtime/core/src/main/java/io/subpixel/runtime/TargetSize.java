package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import java.math.BigDecimal;

/**
 * The size of the result. A size other than the model's scale is reached by upscaling further and
 * reducing by bicubic. Immutable.
 *
 * @since 0.1
 */
public sealed interface TargetSize {
  /** The maximum scale. */
  int MAX_SCALE = 16;

  /** The smallest scale of the library's models. */
  int MIN_MODEL_SCALE = 2;

  /** The largest scale of the library's models. */
  int MAX_MODEL_SCALE = 4;

  /** As many times larger as the model makes them. */
  static TargetSize ofModel() {
    return new OfModel();
  }

  /**
   * So many times larger, each side rounded half up.
   *
   * @param scale above 1, at most {@value #MAX_SCALE}
   * @throws IllegalArgumentException if it is out of range
   */
  static TargetSize times(double scale) {
    if (!(scale > 1 && scale <= MAX_SCALE)) {
      throw new IllegalArgumentException(
          "scale: expected above 1, at most " + MAX_SCALE + ", received " + scale);
    }
    return new Times(BigDecimal.valueOf(scale));
  }

  /**
   * So many columns; rows in proportion.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static TargetSize width(int columns) {
    return new Width(columns);
  }

  /**
   * So many rows; columns in proportion.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static TargetSize height(int rows) {
    return new Height(rows);
  }

  /**
   * A box, in columns and rows.
   *
   * @param fit how a picture of other proportions fits into it
   * @throws IllegalArgumentException if a side is less than 1
   */
  static TargetSize box(int columns, int rows, Fit fit) {
    return new Box(columns, rows, fit);
  }

  /**
   * So many pixels along the shorter side; the other in proportion.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static TargetSize shorter(int pixels) {
    return new Shorter(pixels);
  }

  /**
   * About so many million pixels.
   *
   * @throws IllegalArgumentException unless it is more than 0
   */
  static TargetSize megapixels(double millions) {
    if (!(millions > 0 && millions < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("megapixels: expected more than 0, received " + millions);
    }
    return new Megapixels(BigDecimal.valueOf(millions));
  }

  /** How a picture of other proportions than a box fits into it. */
  enum Fit {
    /** As large as possible within the box. */
    INSIDE,
    /** As small as possible with both sides at least those of the box. */
    AT_LEAST,
    /** The box, which the picture covers; what lies beyond it is cropped evenly. */
    COVER,
    /** The box; the picture is distorted. */
    EXACT
  }

  /** Returns the scale of the library's models that suits this size best. */
  default int bestModelScale() {
    return MIN_MODEL_SCALE;
  }

  /** Returns the scale of a picture. */
  BigDecimal scale(PictureLayout lr, int modelScale);

  /**
   * Returns the layout of a picture's result.
   *
   * @param where the picture's name in messages
   * @throws InvalidInputException if the picture is too large or too small for it
   */
  PictureLayout of(PictureLayout lr, int modelScale, String where) throws InvalidInputException;

  /**
   * Returns the layout of a picture's result before it is cropped; that of the result unless {@link
   * Fit#COVER} crops it.
   *
   * @param where the picture's name in messages
   * @throws InvalidInputException as {@link #of}
   */
  default PictureLayout uncropped(PictureLayout lr, int modelScale, String where)
      throws InvalidInputException {
    return of(lr, modelScale, where);
  }

  /** As many times larger as the model makes them. */
  record OfModel() implements TargetSize {
    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf(modelScale);
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      double scale = modelScale;
      return sized(lr, lr.width() * scale, lr.height() * scale, where);
    }
  }

  /**
   * So many times larger, each side rounded half up.
   *
   * @param scale above 1, at most {@value TargetSize#MAX_SCALE}
   */
  record Times(BigDecimal scale) implements TargetSize {
    /** Checks the range. */
    public Times {
      if (scale.compareTo(BigDecimal.ONE) <= 0
          || scale.compareTo(BigDecimal.valueOf(MAX_SCALE)) > 0) {
        throw new IllegalArgumentException(
            "scale: expected above 1, at most " + MAX_SCALE + ", received " + scale);
      }
    }

    /** Finds the scale that overshoots least, and then needs the fewest passes. */
    @Override
    public int bestModelScale() {
      int best = MIN_MODEL_SCALE;
      double least = Double.POSITIVE_INFINITY;
      for (int candidate = MAX_MODEL_SCALE; candidate >= MIN_MODEL_SCALE; candidate--) {
        double reached = candidate;
        while (reached < scale.doubleValue()) {
          reached *= candidate;
        }
        if (reached < least) {
          least = reached;
          best = candidate;
        }
      }
      return best;
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return scale;
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      double times = scale.doubleValue();
      return sized(lr, lr.width() * times, lr.height() * times, where);
    }
  }

  /**
   * So many columns; rows in proportion.
   *
   * @param columns at least 1
   */
  record Width(int columns) implements TargetSize {
    /** Checks the range. */
    public Width {
      requireOne("width", columns);
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf((double) columns / lr.width());
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      requireEnlarged(columns, lr.width(), "width", where);
      return sized(lr, columns, (double) lr.height() * columns / lr.width(), where);
    }
  }

  /**
   * So many rows; columns in proportion.
   *
   * @param rows at least 1
   */
  record Height(int rows) implements TargetSize {
    /** Checks the range. */
    public Height {
      requireOne("height", rows);
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf((double) rows / lr.height());
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      requireEnlarged(rows, lr.height(), "height", where);
      return sized(lr, (double) lr.width() * rows / lr.height(), rows, where);
    }
  }

  /**
   * A box.
   *
   * @param columns at least 1
   * @param rows at least 1
   * @param fit how a picture of other proportions fits into it
   */
  record Box(int columns, int rows, Fit fit) implements TargetSize {
    /** Checks the range. */
    public Box {
      requireOne("width", columns);
      requireOne("height", rows);
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return fit == Fit.EXACT
          ? new Width(columns).scale(lr, modelScale).max(new Height(rows).scale(lr, modelScale))
          : side(lr).scale(lr, modelScale);
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      PictureLayout whole = uncropped(lr, modelScale, where);
      return fit == Fit.COVER ? lr.withSize(columns, rows) : whole;
    }

    @Override
    public PictureLayout uncropped(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      if (fit != Fit.EXACT) {
        return side(lr).of(lr, modelScale, where);
      }
      if (lr.width() > columns
          || lr.height() > rows
          || columns > (long) MAX_SCALE * lr.width()
          || rows > (long) MAX_SCALE * lr.height()) {
        throw new InvalidInputException(
            where,
            "%dx%d to %dx%d pixels, to become %dx%d"
                .formatted(
                    (columns - 1) / MAX_SCALE + 1,
                    (rows - 1) / MAX_SCALE + 1,
                    columns,
                    rows,
                    columns,
                    rows),
            lr.width() + "x" + lr.height());
      }
      return lr.withSize(columns, rows);
    }

    /** Returns the side that determines the scale. */
    private TargetSize side(PictureLayout lr) {
      boolean isWide = (long) columns * lr.height() <= (long) rows * lr.width();
      return isWide == (fit == Fit.INSIDE) ? new Width(columns) : new Height(rows);
    }
  }

  /**
   * So many pixels along the shorter side.
   *
   * @param pixels at least 1
   */
  record Shorter(int pixels) implements TargetSize {
    /** Checks the range. */
    public Shorter {
      requireOne("shorter side", pixels);
    }

    /** Returns the side that this means for a picture. */
    public TargetSize side(PictureLayout lr) {
      return lr.width() <= lr.height() ? new Width(pixels) : new Height(pixels);
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return side(lr).scale(lr, modelScale);
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      return side(lr).of(lr, modelScale, where);
    }
  }

  /**
   * About so many million pixels, each side rounded half up.
   *
   * @param millions more than 0
   */
  record Megapixels(BigDecimal millions) implements TargetSize {
    /** Checks the range. */
    public Megapixels {
      if (millions.signum() <= 0) {
        throw new IllegalArgumentException(
            "megapixels: expected more than 0, received " + millions);
      }
    }

    private double times(PictureLayout lr) {
      return Math.sqrt(millions.doubleValue() * 1e6 / lr.pixels());
    }

    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf(times(lr));
    }

    @Override
    public PictureLayout of(PictureLayout lr, int modelScale, String where)
        throws InvalidInputException {
      double times = times(lr);
      if (!(times > 1 && times <= MAX_SCALE)) {
        throw new InvalidInputException(
            where,
            "%.0f to %.0f pixels, to become %s megapixels"
                .formatted(
                    Math.ceil(millions.doubleValue() * 1e6 / (MAX_SCALE * MAX_SCALE)),
                    millions.doubleValue() * 1e6,
                    millions.toPlainString()),
            lr.width() + "x" + lr.height());
      }
      return sized(lr, lr.width() * times, lr.height() * times, where);
    }
  }

  private static void requireOne(String name, int pixels) {
    if (pixels < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, received " + pixels);
    }
  }

  private static void requireEnlarged(int target, int side, String name, String where)
      throws InvalidInputException {
    if (target <= side || target > (long) MAX_SCALE * side) {
      throw new InvalidInputException(
          where,
          "a %s of at least %d and below %d, to become %d"
              .formatted(name, (target - 1) / MAX_SCALE + 1, target, target),
          Integer.toString(side));
    }
  }

  /** Returns a layout with each side rounded half up, to at least one pixel. */
  private static PictureLayout sized(PictureLayout lr, double width, double height, String where)
      throws InvalidInputException {
    long columns = Math.max(1, Math.round(width));
    long rows = Math.max(1, Math.round(height));
    if (Math.max(columns, rows) > Integer.MAX_VALUE) {
      double times = Math.max(width / lr.width(), height / lr.height());
      throw new InvalidInputException(
          where,
          "sides of at most " + (long) (Integer.MAX_VALUE / times),
          lr.width() + "x" + lr.height());
    }
    return lr.withSize((int) columns, (int) rows);
  }
}

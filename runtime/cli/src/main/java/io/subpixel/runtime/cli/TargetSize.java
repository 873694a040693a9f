package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How large pictures are to become. */
sealed interface TargetSize {
  /** The most by which a side grows. */
  int MOST = 16;

  /** How many times larger the picture becomes. */
  BigDecimal scale(PictureLayout lr, int modelScale);

  /**
   * How a picture reaches this size.
   *
   * @param where what to call the picture in a message
   * @throws InvalidInputException if the picture is too large or too small for it
   */
  Scaling of(PictureLayout lr, int modelScale, String where) throws InvalidInputException;

  /** What a file's name calls the scale, such as {@code 2} or {@code 1.667}. */
  default String scaleText(PictureLayout lr, int modelScale) {
    return scale(lr, modelScale)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** As many times larger as the model makes them. */
  record OfModel() implements TargetSize {
    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf(modelScale);
    }

    @Override
    public Scaling of(PictureLayout lr, int modelScale, String where) throws InvalidInputException {
      double scale = modelScale;
      return Scaling.to(lr.width() * scale, lr.height() * scale, lr, modelScale, where);
    }
  }

  /**
   * So many times larger, each side rounded half up.
   *
   * @param scale above 1, at most {@value TargetSize#MOST}
   */
  record Times(BigDecimal scale) implements TargetSize {
    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return scale;
    }

    @Override
    public Scaling of(PictureLayout lr, int modelScale, String where) throws InvalidInputException {
      double times = scale.doubleValue();
      return Scaling.to(lr.width() * times, lr.height() * times, lr, modelScale, where);
    }
  }

  /** So many columns; rows in proportion. */
  record Width(int columns) implements TargetSize {
    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf((double) columns / lr.width());
    }

    @Override
    public Scaling of(PictureLayout lr, int modelScale, String where) throws InvalidInputException {
      requireEnlarged(columns, lr.width(), "width", where);
      double rows = (double) lr.height() * columns / lr.width();
      return Scaling.to(columns, rows, lr, modelScale, where);
    }
  }

  /** So many rows; columns in proportion. */
  record Height(int rows) implements TargetSize {
    @Override
    public BigDecimal scale(PictureLayout lr, int modelScale) {
      return BigDecimal.valueOf((double) rows / lr.height());
    }

    @Override
    public Scaling of(PictureLayout lr, int modelScale, String where) throws InvalidInputException {
      requireEnlarged(rows, lr.height(), "height", where);
      double columns = (double) lr.width() * rows / lr.height();
      return Scaling.to(columns, rows, lr, modelScale, where);
    }
  }

  private static void requireEnlarged(int target, int side, String name, String where)
      throws InvalidInputException {
    if (target <= side || target > (long) MOST * side) {
      throw new InvalidInputException(
          where,
          "a " + name + " below " + target + ", of which that is at most " + MOST + " times",
          Integer.toString(side));
    }
  }
}

package io.subpixel.zoo.internal.condition;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * The degradation of a picture, estimated without the original.
 *
 * @param jpegQuality the quality of the file's quantisation tables, 1..100, if it is a JPEG
 * @param noise standard deviation of luma noise, in units of 0..255, without noise that a codec has
 *     smoothed away
 * @param blocks how much more often a codec's block edges show a step than other places, 0..1; 0 if
 *     chance could explain it
 * @param sharpness the strength of the finest details relative to those twice as large: 0.4 to 0.8
 *     in clean pictures, less after blur or compression; NaN without details
 * @param isDrawn whether it looks like a drawing, a screen or a page of text
 */
public record Condition(
    OptionalInt jpegQuality, double noise, double blocks, double sharpness, boolean isDrawn) {
  /** The condition of a clean picture. */
  public static final Condition CLEAN = new Condition(OptionalInt.empty(), 0, 0, Double.NaN, false);

  /** A picture below this is reported as blurred; none of 700 clean pictures is. */
  private static final double BLURRED = 0.3;

  private static final double MIN_NOISE_TOLD = 1;

  /**
   * For noise that is independent in each channel: 0.67 of its deviation is in luma, 0.62 in Cb.
   */
  private static final double BLUE_TO_LUMA = 1.08;

  /**
   * Textures such as grass and sand look like noise in luma, but not in chroma, so only a part of
   * luma's noise counts.
   */
  private static final double LUMA_PART = 0.8;

  /**
   * Analyses the first rows of a picture: all of them if there are few, otherwise windows spread
   * over them.
   *
   * @param rows of the picture, from its first row on
   * @param count how many rows there are
   * @param jpegQuality the quality of its file, if it is a JPEG
   */
  public static Condition of(Rows rows, int count, OptionalInt jpegQuality) {
    Texture texture = new Texture();
    Texture ofBlue = new Texture();
    Grid grid = new Grid();
    FlatAreas flat = new FlatAreas();
    new Windows(rows, count)
        .each(
            (luma, blue, width, height, x, y) -> {
              texture.add(luma, width, height);
              ofBlue.add(blue, width, height);
              grid.add(luma, width, height, x, y);
              flat.add(luma, width, height);
            });
    double noise = Math.max(LUMA_PART * texture.noise(), BLUE_TO_LUMA * ofBlue.noise());
    return new Condition(
        jpegQuality, noise, grid.strength(), texture.sharpness(), flat.ofDrawing());
  }

  /** Analyses a picture without its file. */
  public static Condition of(Picture picture) {
    return of(Rows.of(picture), picture.height(), OptionalInt.empty());
  }

  /**
   * Averages the conditions of similar pictures, such as frames of a clip. The mean is never drawn,
   * as many clips of photographs begin with titles. Pictures without details, such as black ones,
   * are ignored.
   */
  public static Condition mean(List<Condition> conditions) {
    List<Condition> telling =
        conditions.stream().filter(each -> !Double.isNaN(each.sharpness)).toList();
    if (telling.isEmpty()) {
      return CLEAN;
    }
    return new Condition(
        telling.get(0).jpegQuality,
        mean(telling, Condition::noise),
        mean(telling, Condition::blocks),
        mean(telling, Condition::sharpness),
        false);
  }

  private static double mean(List<Condition> conditions, ToDoubleFunction<Condition> figure) {
    return conditions.stream().mapToDouble(figure).average().orElseThrow();
  }

  /**
   * Describes what stands out, such as {@code JPEG about 60, noise 3.1}; {@code clean} if nothing
   * does.
   */
  @Override
  public String toString() {
    List<String> found = new ArrayList<>();
    if (isDrawn) {
      found.add("drawing");
    }
    if (jpegQuality.isPresent()) {
      found.add("JPEG about " + jpegQuality.getAsInt());
    }
    if (noise >= MIN_NOISE_TOLD) {
      found.add(String.format(Locale.ROOT, "noise %.1f", noise));
    }
    if (blocks > 0) {
      found.add(String.format(Locale.ROOT, "blocks %.2f", blocks));
    }
    if (sharpness < BLURRED) {
      found.add(String.format(Locale.ROOT, "blur %.2f", sharpness));
    }
    return found.isEmpty() ? "clean" : String.join(", ", found);
  }
}

package io.subpixel.zoo.internal.condition;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * What a picture has been through, as far as it can be told without the original.
 *
 * @param jpegQuality that of the file's quantisation tables, 1..100, if it is a JPEG
 * @param noise standard deviation of luma's noise, in units of 0..255; what a codec has smoothed
 *     away isn't counted
 * @param blocks how much more often the edges of a codec's blocks show a step than other places,
 *     0..1; 0 where chance alone would explain it
 * @param sharpness how strong the finest details are beside those twice as large: 0.4 to 0.8 in
 *     clean pictures, less where blur or a codec took them; NaN if there are no details
 */
public record Condition(OptionalInt jpegQuality, double noise, double blocks, double sharpness) {
  /** That of a picture that nothing was done to. */
  public static final Condition CLEAN = new Condition(OptionalInt.empty(), 0, 0, Double.NaN);

  /** Below, a picture is called blurred: no clean picture of 700 is. */
  private static final double BLURRED = 0.3;

  private static final double MIN_NOISE_TOLD = 1;

  /** Of noise that is the channels' own: 0.67 of its deviation is in luma, 0.62 in Cb. */
  private static final double BLUE_TO_LUMA = 1.08;

  /**
   * Grass, sand and the like pass for noise in luma, not in chroma: of luma's a part is believed.
   */
  private static final double LUMA_PART = 0.8;

  /**
   * Looks at the first rows of a picture: all of them if they are few, else at windows spread over
   * them.
   *
   * @param rows of the picture, from its first row on
   * @param count how many of them it has
   * @param jpegQuality what its file says, if it is a JPEG
   */
  public static Condition of(Rows rows, int count, OptionalInt jpegQuality) {
    Texture texture = new Texture();
    Texture ofBlue = new Texture();
    Grid grid = new Grid();
    new Windows(rows, count)
        .each(
            (luma, blue, width, height, x, y) -> {
              texture.add(luma, width, height);
              ofBlue.add(blue, width, height);
              grid.add(luma, width, height, x, y);
            });
    double noise = Math.max(LUMA_PART * texture.noise(), BLUE_TO_LUMA * ofBlue.noise());
    return new Condition(jpegQuality, noise, grid.strength(), texture.sharpness());
  }

  /** Looks at a picture of which nothing else is known. */
  public static Condition of(Picture picture) {
    return of(Rows.of(picture), picture.height(), OptionalInt.empty());
  }

  /**
   * What several pictures of one kind have been through, such as frames of a clip. Those without
   * details, such as black ones, tell nothing.
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
        mean(telling, Condition::sharpness));
  }

  private static double mean(List<Condition> conditions, ToDoubleFunction<Condition> figure) {
    return conditions.stream().mapToDouble(figure).average().orElseThrow();
  }

  /** What stands out, such as {@code JPEG about 60, noise 3.1}; {@code clean} if nothing does. */
  @Override
  public String toString() {
    List<String> found = new ArrayList<>();
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

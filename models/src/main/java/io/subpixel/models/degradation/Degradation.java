package io.subpixel.models.degradation;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * How an LR picture is made from an HR one: a way to shrink it, then what harms it. Its id, as
 * cards and options have it, is the way's and then that of each harm, in order:
 *
 * <ul>
 *   <li>{@code bicubic-uint8-clamp}, {@code bicubic-double-mirror}: {@link
 *       io.subpixel.models.resampling.MatlabBicubic}
 *   <li>{@code gaussian-decimate}, {@code gaussian-decimate:sigma=0.8}: {@link GaussianDecimate},
 *       sigma 1 HR pixel unless stated
 *   <li>{@code +noise:5}: white gaussian noise of that standard deviation, in units of 0..255
 *   <li>{@code +jpeg:60}: what a JPEG file of that quality, 1 to 100, keeps
 * </ul>
 *
 * <p>Such as {@code bicubic-uint8-clamp+noise:5+jpeg:60}. Alpha is shrunk, never harmed. Immutable.
 */
public final class Degradation {
  /** The field's custom: MATLAB's bicubic, rounded between the axes. */
  public static final Degradation DEFAULT =
      new Degradation(Shrinking.Bicubic.UINT8_CLAMP, List.of());

  /** The golden ratio's bits: seeds that are near each other start alike. */
  private static final long FAR = 0x9E3779B97F4A7C15L;

  private final Shrinking shrinking;
  private final List<Harm> harms;
  private final String id;

  private Degradation(Shrinking shrinking, List<Harm> harms) {
    this.shrinking = shrinking;
    this.harms = List.copyOf(harms);
    StringBuilder text = new StringBuilder(shrinking.id());
    for (Harm harm : harms) {
      text.append('+').append(harm.id());
    }
    this.id = text.toString();
  }

  /**
   * Reads an id.
   *
   * @throws InvalidInputException if it is none: one line that says what is expected
   */
  public static Degradation parse(String id) throws InvalidInputException {
    String[] parts = id.split("\\+", -1);
    try {
      List<Harm> harms = new ArrayList<>();
      for (int i = 1; i < parts.length; i++) {
        harms.add(Harm.parse(parts[i]));
      }
      return new Degradation(Shrinking.parse(parts[0]), harms);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "degradation",
          "bicubic-uint8-clamp, bicubic-double-mirror or gaussian-decimate[:sigma=S] (S at most "
              + (int) GaussianDecimate.MAX_SIGMA
              + "), then any of +noise:SIGMA (at most 255) and +jpeg:QUALITY (1 to 100)",
          id.isEmpty() ? "nothing" : id,
          e);
    }
  }

  /** Its name in cards and options; {@link #parse} gives an equal one back. */
  public String id() {
    return id;
  }

  /** Whether the LR picture depends on the seed. */
  public boolean isRandom() {
    return harms.stream().anyMatch(Harm::isRandom);
  }

  /**
   * The LR picture of {@code hr}: {@link #fixedPart} and then {@link #randomPart}.
   *
   * @param scale 2, 3 or 4
   * @param seed where chance starts; equal seeds give equal pictures
   * @throws IllegalArgumentException unless both sides of {@code hr} are multiples of {@code scale}
   */
  public Picture apply(Picture hr, int scale, long seed) {
    return randomPart(fixedPart(hr, scale), seed);
  }

  /** What comes before any chance, and so may be kept: of one that isn't random, all of it. */
  public Picture fixedPart(Picture hr, int scale) {
    if (scale < 1 || hr.width() % scale != 0 || hr.height() % scale != 0) {
      throw new IllegalArgumentException(
          "downscale: expected sides divisible by " + scale + ", received " + hr);
    }
    Picture lr = shrinking.apply(hr, scale);
    for (Harm harm : harms.subList(0, firstRandom())) {
      lr = harm.apply(lr, 0);
    }
    return lr;
  }

  /** What comes from the first chance on, applied to the result of {@link #fixedPart}. */
  public Picture randomPart(Picture lr, long seed) {
    Picture harmed = lr;
    for (int i = firstRandom(); i < harms.size(); i++) {
      harmed = harms.get(i).apply(harmed, seed + i * FAR);
    }
    return harmed;
  }

  private int firstRandom() {
    int i = 0;
    while (i < harms.size() && !harms.get(i).isRandom()) {
      i++;
    }
    return i;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Degradation that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Its id. */
  @Override
  public String toString() {
    return id;
  }
}

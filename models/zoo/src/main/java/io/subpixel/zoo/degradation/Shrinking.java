package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.resampling.MatlabBicubic;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A first step of a degradation that shrinks a whole picture of 8 bits. */
sealed interface Shrinking extends Step permits Shrinking.Bicubic, GaussianDecimate {
  /** Returns the picture with both sides {@code scale} times smaller; both are multiples of it. */
  Picture apply(Picture hr, int scale);

  @Override
  default boolean isRandom() {
    return false;
  }

  @Override
  default Planes apply(Planes picture, Target target, Random random) {
    return Planes.of(apply(picture.toPicture(), target.scale()));
  }

  /** One of MATLAB's bicubics. */
  record Bicubic(MatlabBicubic recipe) implements Shrinking {
    static final Bicubic UINT8_CLAMP = new Bicubic(MatlabBicubic.UINT8_CLAMP);

    @Override
    public String id() {
      return recipe.id();
    }

    @Override
    public Picture apply(Picture hr, int scale) {
      return recipe.downscale(hr, scale);
    }
  }

  /**
   * Parses a part of an id.
   *
   * @return null if it is another step
   * @throws IllegalArgumentException if its settings are out of range
   */
  static @Nullable Shrinking parse(String part) {
    for (MatlabBicubic recipe : MatlabBicubic.values()) {
      if (part.equals(recipe.id())) {
        return new Bicubic(recipe);
      }
    }
    if (part.equals(GaussianDecimate.NAME)) {
      return new GaussianDecimate(GaussianDecimate.DEFAULT_SIGMA);
    }
    String stated = GaussianDecimate.NAME + ":sigma=";
    return part.startsWith(stated)
        ? new GaussianDecimate(Decimals.parse(part.substring(stated.length())))
        : null;
  }
}

package io.subpixel.models.degradation;

import io.subpixel.models.picture.Picture;
import io.subpixel.models.resampling.MatlabBicubic;

/** The first step of a degradation: fewer pixels. */
sealed interface Shrinking permits Shrinking.Bicubic, GaussianDecimate {
  /** Its part of the id. */
  String id();

  /** The picture with both sides {@code scale} times smaller, which they are multiples of. */
  Picture apply(Picture hr, int scale);

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
   * Reads a part of an id.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Shrinking parse(String part) {
    for (MatlabBicubic recipe : MatlabBicubic.values()) {
      if (part.equals(recipe.id())) {
        return new Bicubic(recipe);
      }
    }
    if (part.equals(GaussianDecimate.NAME)) {
      return new GaussianDecimate(GaussianDecimate.DEFAULT_SIGMA);
    }
    String stated = GaussianDecimate.NAME + ":sigma=";
    if (part.startsWith(stated)) {
      return new GaussianDecimate(Decimals.parse(part.substring(stated.length())));
    }
    throw new IllegalArgumentException(part);
  }
}

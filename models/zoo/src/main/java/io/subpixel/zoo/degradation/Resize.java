package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Plane;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import java.util.Random;

/**
 * Resizes to an intermediate size, {@code resize:KINDS,PART}: between those of LR (0) and HR (1),
 * on a logarithmic scale. Pixel centres stay aligned.
 *
 * @param part 0..2: sizes above HR are allowed
 */
record Resize(Choice<Kind> kinds, Range part) implements Step {
  static final String NAME = "resize";

  /** The resampling kernel; all but area are antialiased when shrinking. */
  enum Kind {
    /** The mean of the area that a pixel covers. */
    AREA(Kernel.AREA),
    /** A triangle. */
    BILINEAR(Kernel.LINEAR),
    /** Keys' cubic. */
    BICUBIC(Kernel.CUBIC),
    /** Lanczos of three lobes. */
    LANCZOS(Kernel.LANCZOS);

    private final Kernel kernel;

    Kind(Kernel kernel) {
      this.kernel = kernel;
    }
  }

  Resize {
    part.within(0, 2);
  }

  @Override
  public String id() {
    return NAME + ":" + kinds + "," + part;
  }

  @Override
  public boolean isRandom() {
    return !kinds.isFixed() || !part.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    double times = Math.pow(target.scale(), part.draw(random));
    return to(
        picture,
        (int) Math.max(1, Math.round(target.width() * times)),
        (int) Math.max(1, Math.round(target.height() * times)),
        kinds.draw(random));
  }

  /** Resizes a picture. */
  static Planes to(Planes picture, int width, int height, Kind kind) {
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    Resampler resampler =
        new Resampler(picture.width(), picture.height(), width, height, kind.kernel, Edge.CLAMP);
    float[][] values = new float[picture.channels()][];
    for (int c = 0; c < values.length; c++) {
      values[c] =
          resampler
              .apply(new Plane(picture.width(), picture.height(), picture.channel(c)))
              .values();
    }
    return new Planes(width, height, values);
  }
}

package io.subpixel.trainer.data;

import io.subpixel.models.colour.Bt601;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.Plane;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Cuts patches from a picture at random places, each turned or mirrored in one of the eight ways.
 */
final class PatchCutter {
  private final PatchOptions options;

  PatchCutter(PatchOptions options) {
    this.options = options;
  }

  /**
   * A pair of patches.
   *
   * @param lr {@code [P,P]}
   * @param hr {@code [sP,sP]}
   */
  record Patch(Plane lr, Plane hr) {}

  /**
   * Cuts patches.
   *
   * @return whether the picture was large enough for any
   */
  boolean cut(Picture picture, Random random, Consumer<Patch> patches) {
    int scale = options.scale();
    int side = options.patch();
    if (Math.min(picture.width(), picture.height()) < side * scale) {
      return false;
    }
    Picture hrPicture = picture.cropToMultiple(scale);
    Plane lr = Bt601.FULL.luma(options.degradation().downscale(hrPicture, scale));
    Plane hr = Bt601.FULL.luma(hrPicture);
    for (int i = 0; i < options.perPicture(); i++) {
      int x = random.nextInt(lr.width() - side + 1);
      int y = random.nextInt(lr.height() - side + 1);
      int way = random.nextInt(8);
      patches.accept(
          new Patch(
              turn(lr.crop(x, y, side, side), way),
              turn(hr.crop(x * scale, y * scale, side * scale, side * scale), way)));
    }
    return true;
  }

  /** A square plane mirrored by bit 0, flipped by bit 1 and transposed by bit 2 of {@code way}. */
  static Plane turn(Plane plane, int way) {
    int side = plane.width();
    float[] from = plane.values();
    float[] to = new float[from.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int sourceX = (way & 1) == 0 ? x : side - 1 - x;
        int sourceY = (way & 2) == 0 ? y : side - 1 - y;
        to[y * side + x] =
            (way & 4) == 0 ? from[sourceY * side + sourceX] : from[sourceX * side + sourceY];
      }
    }
    return new Plane(side, side, to);
  }
}

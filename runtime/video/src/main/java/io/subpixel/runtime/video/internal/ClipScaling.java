package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.TargetSize.Fit;
import io.subpixel.runtime.video.VideoUpscaler;

/**
 * The sizes of a clip's frames. Players keep the display aspect ratio, whatever the target.
 *
 * @param lr the format of the input frames
 * @param whole the format of upscaled frames
 * @param result the format after cropping; the same unless {@link Fit#COVER} crops
 * @param sample width of a resulting sample by its height; numerator 0 if unknown
 */
record ClipScaling(FrameFormat lr, FrameFormat whole, FrameFormat result, Ratio sample) {
  /**
   * Plans the sizes. Where chroma is subsampled, sides that the target leaves open are even, as
   * most encoders require.
   *
   * @param where the clip's name in messages
   * @throws InvalidInputException if the frames are too large or too small for the target, or the
   *     model doesn't enlarge
   */
  static ClipScaling of(ClipFacts facts, TargetSize wanted, int modelScale, String where)
      throws InvalidInputException {
    FrameFormat lr = facts.format();
    PictureLayout from = new PictureLayout(lr.width(), lr.height(), 1, 8);
    TargetSize target = wanted instanceof TargetSize.Shorter side ? side.side(from) : wanted;
    PictureLayout to = target.uncropped(from, modelScale, where);
    FrameFormat whole = lr.withSize(to.width(), to.height());
    boolean isOfModel =
        to.width() == (long) lr.width() * modelScale
            && to.height() == (long) lr.height() * modelScale;
    if (!isOfModel) {
      if (modelScale == 1) {
        throw new InvalidInputException(where, "a model that enlarges", "one of scale 1");
      }
      whole = rounded(whole, target);
    }
    FrameFormat result = whole;
    if (fit(target) == Fit.COVER) {
      PictureLayout kept = target.of(from, modelScale, where);
      result = lr.withSize(kept.width(), kept.height());
    }
    if (pixels(whole) > VideoUpscaler.MAX_PIXELS) {
      throw new InvalidInputException(
          where,
          "frames of at most " + VideoUpscaler.MAX_PIXELS + " pixels when upscaled",
          whole.width() + "x" + whole.height());
    }
    Ratio sample = facts.sampleAspectRatio();
    return new ClipScaling(
        lr, whole, result, fit(target) == Fit.EXACT ? distorted(lr, whole, sample) : sample);
  }

  private static Fit fit(TargetSize target) {
    return target instanceof TargetSize.Box box ? box.fit() : Fit.INSIDE;
  }

  private static long pixels(FrameFormat format) {
    return (long) format.width() * format.height();
  }

  private static FrameFormat rounded(FrameFormat format, TargetSize target) {
    Fit fit = fit(target);
    if (fit == Fit.COVER || fit == Fit.EXACT) {
      return format;
    }
    boolean up = fit == Fit.AT_LEAST;
    return format.withSize(
        format.log2ChromaWidth() == 1 && !(target instanceof TargetSize.Width)
            ? even(format.width(), up)
            : format.width(),
        format.log2ChromaHeight() == 1 && !(target instanceof TargetSize.Height)
            ? even(format.height(), up)
            : format.height());
  }

  private static int even(int side, boolean up) {
    return Math.max(2, (up ? side + 1 : side) / 2 * 2);
  }

  /** Returns the shape of samples that keeps the display aspect ratio. */
  private static Ratio distorted(FrameFormat lr, FrameFormat sr, Ratio sample) {
    boolean isKnown = sample.numerator() > 0;
    return Ratio.of(
        (isKnown ? sample.numerator() : 1L) * lr.width() * sr.height(),
        (isKnown ? sample.denominator() : 1L) * lr.height() * sr.width());
  }

  /** Returns the shape of resulting frames. */
  FrameShape shape() {
    return new FrameShape(result.width(), result.height(), sample);
  }
}

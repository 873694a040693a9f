package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.zoo.Pretrained;
import java.io.Serializable;

/**
 * What pictures cost.
 *
 * @param scale of the model
 * @param macs multiply-accumulates for each LR pixel
 * @param jpegMacs the same for a JPEG, for which another model may be chosen
 */
record Cost(int scale, long macs, long jpegMacs) implements Serializable {
  /** Opening and writing a file takes as long as this many LR pixels. */
  private static final long FILE_PIXELS = 10_000;

  static Cost of(Upscaler upscaler, PictureOptions options) {
    long macs = Math.max(1, upscaler.card().macsPerLrPixel());
    int scale = upscaler.traits().scale();
    long jpegMacs = macs;
    if (options.model().isEmpty()) {
      jpegMacs =
          Pretrained.photoOfScale(scale)
              .map(name -> Pretrained.card(name).macsPerLrPixel())
              .orElse(macs);
    }
    return new Cost(scale, macs, jpegMacs);
  }

  /** Returns the multiply-accumulates of all passes that a result takes. */
  double of(PictureLayout lr, PictureLayout sr, boolean isJpeg) {
    double pixels = FILE_PIXELS;
    double width = lr.width();
    double height = lr.height();
    do {
      pixels += width * height;
      width *= scale;
      height *= scale;
    } while (scale > 1 && (width < sr.width() || height < sr.height()));
    return pixels * (isJpeg ? jpegMacs : macs);
  }

  /** Returns a guess for a picture whose header can't be read. */
  double ofUnknown() {
    return (double) FILE_PIXELS * macs;
  }
}

package io.subpixel.trainer.internal.report;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.trainer.internal.data.PicturePair;
import io.subpixel.trainer.internal.validation.ValidationSet;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a validation picture with much detail, enlarged in several ways; all of one size.
 *
 * @param data the set
 * @param picture the picture's file name
 * @param x column of the part's first pixel in HR
 * @param y row of the part's first pixel in HR
 * @param nearest LR, its pixels repeated
 * @param bilinear by bilinear
 * @param bicubic by bicubic
 * @param sr by the network
 * @param hr the original
 */
public record Comparison(
    String data,
    String picture,
    int x,
    int y,
    Picture nearest,
    Picture bilinear,
    Picture bicubic,
    Picture sr,
    Picture hr) {
  private static final int MAX_PICTURES = 6;
  private static final int SIDE = 128;

  /** As many LR pixels as bicubic reads around a pixel. */
  private static final int BICUBIC_RADIUS = 3;

  /**
   * Compares on up to six pictures, the first ones of each set in turn. The network runs on the
   * parts and their surroundings alone, so that it costs little.
   *
   * @throws IOException if a picture has to be read again and can't be
   */
  public static List<Comparison> gallery(
      List<ValidationSet> sets, ModelCard card, PixelPath.Network network) throws IOException {
    List<Comparison> gallery = new ArrayList<>();
    int longest = sets.stream().mapToInt(ValidationSet::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (ValidationSet set : sets) {
        if (i < set.size() && gallery.size() < MAX_PICTURES) {
          gallery.add(of(set.name(), set.picture(i), set.pair(i), card, network));
        }
      }
    }
    return gallery;
  }

  static Comparison of(
      String data, String picture, PicturePair pair, ModelCard card, PixelPath.Network network) {
    int scale = pair.scale();
    Picture lr = pair.lr();
    // The outermost pixels are left out, as the field's metrics do.
    int width = Math.min(SIDE / scale, lr.width() - 2);
    int height = Math.min(SIDE / scale, lr.height() - 2);
    Detail at = Detail.find(lr, width, height, 1);

    int halo = Math.max(card.receptiveRadius(), BICUBIC_RADIUS);
    int left = Math.max(0, at.x() - halo);
    int top = Math.max(0, at.y() - halo);
    int right = Math.min(lr.width(), at.x() + width + halo);
    int bottom = Math.min(lr.height(), at.y() + height + halo);
    PicturePair around = pair.crop(left, top, right - left, bottom - top);
    Inner inner =
        new Inner(scale * (at.x() - left), scale * (at.y() - top), scale * width, scale * height);
    return new Comparison(
        data,
        picture,
        scale * at.x(),
        scale * at.y(),
        inner.of(around.enlarged(Kernel.NEAREST)),
        inner.of(around.enlarged(Kernel.LINEAR)),
        inner.of(around.enlarged(Kernel.CUBIC)),
        inner.of(PixelPath.upscale(around.lr(), card, network)),
        inner.of(around.hr()));
  }

  /** PSNR of one of the pictures, on the whole of this part; infinite if it is the original. */
  public double psnr(Picture enlarged) {
    return Metrics.psnr(hr, enlarged, 0);
  }

  /** The part without its surroundings, in HR pixels. */
  private record Inner(int x, int y, int width, int height) {
    Picture of(Picture around) {
      return around.crop(x, y, width, height);
    }
  }
}

package io.subpixel.trainer.internal.report;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.zoo.degradation.Degradation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a degradation does: a row for each picture, first a detail as it is, then the same detail
 * degraded from several seeds, LR pixels repeated so that each is as large as the original.
 */
public final class ContactSheet {
  private static final int DRAWS = 6;
  private static final int SIDE = 192;
  private static final int GAP = 6;

  private final Degradation degradation;
  private final int scale;
  private final long seed;
  private final List<List<Picture>> rows = new ArrayList<>();

  /**
   * An empty sheet.
   *
   * @param seed of the first draw; those after it have the next ones, row by row
   */
  public ContactSheet(Degradation degradation, int scale, long seed) {
    this.degradation = degradation;
    this.scale = scale;
    this.seed = seed;
  }

  /** Adds a row, of where the picture has most detail. */
  public void add(Picture whole) {
    Picture hr = opaque(whole).cropToMultiple(scale);
    int width = Math.min(SIDE, hr.width()) / scale;
    int height = Math.min(SIDE, hr.height()) / scale;
    Picture small = Degradation.DEFAULT.apply(hr, scale, 0);
    Detail at = Detail.find(small, width, height, 0);
    List<Picture> row = new ArrayList<>();
    row.add(hr.crop(scale * at.x(), scale * at.y(), scale * width, scale * height));
    for (int i = 0; i < DRAWS; i++) {
      Picture lr =
          degradation
              .apply(hr, scale, seed + (long) DRAWS * rows.size() + i)
              .crop(at.x(), at.y(), width, height);
      row.add(Resampler.enlarging(width, height, scale, Kernel.NEAREST).apply(lr));
    }
    rows.add(row);
  }

  private static Picture opaque(Picture picture) {
    int colours = picture.isColour() ? 3 : 1;
    return Picture.ofChannels(
        picture.channel(0), picture.channel(colours / 2), picture.channel(colours - 1));
  }

  /** The sheet, on white. */
  public Picture toPicture() {
    int width = (DRAWS + 1) * (SIDE + GAP) + GAP;
    int height = rows.size() * (SIDE + GAP) + GAP;
    byte[] samples = new byte[Math.multiplyExact(3 * width, height)];
    Arrays.fill(samples, (byte) 255);
    for (int y = 0; y < rows.size(); y++) {
      for (int x = 0; x <= DRAWS; x++) {
        Picture part = rows.get(y).get(x);
        for (int line = 0; line < part.height(); line++) {
          int to = 3 * ((GAP + y * (SIDE + GAP) + line) * width + GAP + x * (SIDE + GAP));
          System.arraycopy(part.samples(), 3 * line * part.width(), samples, to, 3 * part.width());
        }
      }
    }
    return new Picture(width, height, 3, samples);
  }
}

package io.subpixel.trainer.data;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.degradation.Degradation;
import io.subpixel.models.picture.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Decodes pictures, cuts patches from them and degrades those, and keeps what is the same in every
 * epoch. Where chance is involved, it is drawn for each patch. For any threads.
 */
final class PatchReader {
  /**
   * LR pixels around a patch that are degraded with it and then cut off: what a blur or a block at
   * its edge sees is what it would see in the picture.
   */
  private static final int MARGIN = 8;

  private final List<Original> originals;
  private final PatchOptions options;
  private final PictureCache cache;

  PatchReader(List<Original> originals, PatchOptions options) {
    this.originals = originals;
    this.options = options;
    this.cache = new PictureCache(options.loading().cacheBytes());
  }

  /**
   * A picture's patches in an epoch.
   *
   * @throws InvalidInputException if it is no picture, too small for a patch, or one of the field's
   *     test pictures
   */
  List<Patch> read(int picture, int epoch) throws IOException {
    @Nullable PicturePair pair = cache.get(picture);
    if (pair == null) {
      pair = decode(originals.get(picture));
      cache.put(picture, pair);
    }
    int side = options.patch();
    int shrunk = options.degradation().shrinksFirst() ? 1 : options.scale();
    int width = pair.lr().width() / shrunk;
    int height = pair.lr().height() / shrunk;
    Random random = new Random(Seeds.of(options.seed(), epoch, picture, 4));
    List<Patch> patches = new ArrayList<>();
    for (int i = 0; i < options.perPicture(); i++) {
      int x = random.nextInt(width - side + 1);
      int y = random.nextInt(height - side + 1);
      int way = random.nextInt(8);
      patches.add(new Patch(cut(pair, x, y, Seeds.of(options.seed(), epoch, picture, i, 1)), way));
    }
    return patches;
  }

  /** The patch that begins at LR pixel {@code (x, y)}. */
  private PicturePair cut(PicturePair pair, int x, int y, long seed) {
    Degradation degradation = options.degradation();
    int side = options.patch();
    int scale = options.scale();
    if (!degradation.isRandom()) {
      return pair.crop(x, y, side, side);
    }
    Picture from = pair.lr();
    int unit = degradation.shrinksFirst() ? 1 : scale;
    int left = Math.max(0, x - MARGIN);
    int top = Math.max(0, y - MARGIN);
    int right = Math.min(from.width() / unit, x + side + MARGIN);
    int bottom = Math.min(from.height() / unit, y + side + MARGIN);
    Picture part = from.crop(unit * left, unit * top, unit * (right - left), unit * (bottom - top));
    return new PicturePair(
        pair.hr().crop(scale * x, scale * y, scale * side, scale * side),
        degradation.randomPart(part, scale, seed).crop(x - left, y - top, side, side));
  }

  /** HR, and with it all that chance has no part in: LR, or HR once more. */
  private PicturePair decode(Original original) throws IOException {
    Picture whole = original.read();
    int least = options.patch() * options.scale();
    if (Math.min(whole.width(), whole.height()) < least) {
      throw new InvalidInputException(
          original.file().toString(),
          "both sides at least " + least + " pixels",
          whole.width() + "x" + whole.height());
    }
    Optional<String> test = TestPictures.find(whole);
    if (test.isPresent()) {
      throw new InvalidInputException(
          original.name(), "a picture to train on", "the test picture " + test.get());
    }
    Picture hr = whole.cropToMultiple(options.scale());
    return new PicturePair(hr, options.degradation().fixedPart(hr, options.scale()));
  }
}

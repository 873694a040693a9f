package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.zoo.degradation.Degradation;
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

  /** Patches that share an encoded clip, and its sides in LR pixels. */
  private static final int SHARING = 16;

  private static final int SHARED = 192;

  private final List<Original> originals;
  private final PatchOptions options;
  private final PictureCache cache;

  PatchReader(List<Original> originals, PatchOptions options) {
    this.originals = originals;
    this.options = options;
    this.cache = new PictureCache(options.loading().cacheBytes());
  }

  /**
   * What patches are cut from.
   *
   * @param hasChance whether chance has yet to make LR of each patch
   * @param unit sides of {@code pair.lr()} for each side of LR
   */
  private record Source(PicturePair pair, boolean hasChance, int unit) {
    int columns() {
      return pair.lr().width() / unit;
    }

    int rows() {
      return pair.lr().height() / unit;
    }
  }

  /**
   * A picture's patches in an epoch.
   *
   * @throws InvalidInputException if it is no picture, too small for a patch, or one of the field's
   *     test pictures
   */
  List<Patch> read(int picture, int epoch) throws IOException {
    Original original = originals.get(picture);
    @Nullable PicturePair pair = cache.get(picture);
    if (pair == null) {
      pair = decode(original);
      cache.put(picture, pair);
    }
    Degradation degradation = options.degradation();
    boolean hasChance = degradation.isRandom() && !original.isDegraded();
    int unit = degradation.shrinksFirst() || original.isDegraded() ? 1 : options.scale();
    Source source = new Source(pair, hasChance, unit);
    Random random = new Random(Seeds.of(options.seed(), epoch, picture, 4));
    List<Patch> patches = new ArrayList<>();
    int together = hasChance && degradation.encodesClips() ? SHARING : 1;
    for (int i = 0; i < options.perPicture(); i += together) {
      long seed = Seeds.of(options.seed(), epoch, picture, i, 1);
      int count = Math.min(together, options.perPicture() - i);
      patches.addAll(
          together == 1
              ? List.of(patch(source, random, seed))
              : sharing(source, count, random, seed));
    }
    return patches;
  }

  private Patch patch(Source source, Random random, long seed) {
    int side = options.patch();
    int x = random.nextInt(source.columns() - side + 1);
    int y = random.nextInt(source.rows() - side + 1);
    int way = random.nextInt(8);
    return new Patch(cut(source, x, y, side, side, seed), way);
  }

  /** Patches of one part, which is degraded as a whole. */
  private List<Patch> sharing(Source source, int count, Random random, long seed) {
    int side = options.patch();
    int width = Math.min(source.columns(), Math.max(side, SHARED));
    int height = Math.min(source.rows(), Math.max(side, SHARED));
    int left = random.nextInt(source.columns() - width + 1);
    int top = random.nextInt(source.rows() - height + 1);
    PicturePair part = cut(source, left, top, width, height, seed);
    List<Patch> patches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int x = random.nextInt(width - side + 1);
      int y = random.nextInt(height - side + 1);
      patches.add(new Patch(part.crop(x, y, side, side), random.nextInt(8)));
    }
    return patches;
  }

  /** The part that begins at LR pixel {@code (x, y)}. */
  private PicturePair cut(Source source, int x, int y, int width, int height, long seed) {
    PicturePair pair = source.pair();
    int scale = options.scale();
    if (!source.hasChance()) {
      return pair.crop(x, y, width, height);
    }
    Picture from = pair.lr();
    int unit = source.unit();
    int left = Math.max(0, x - MARGIN);
    int top = Math.max(0, y - MARGIN);
    int right = Math.min(source.columns(), x + width + MARGIN);
    int bottom = Math.min(source.rows(), y + height + MARGIN);
    Picture part = from.crop(unit * left, unit * top, unit * (right - left), unit * (bottom - top));
    return new PicturePair(
        pair.hr().crop(scale * x, scale * y, scale * width, scale * height),
        options.degradation().randomPart(part, scale, seed).crop(x - left, y - top, width, height));
  }

  /** HR, and with it all that chance has no part in: LR, or HR once more. */
  private PicturePair decode(Original original) throws IOException {
    Picture whole = original.read();
    int least = options.patch() * options.scale();
    if (Math.min(whole.width(), whole.height()) < least) {
      throw new InvalidInputException(
          original.where(),
          "both sides at least " + least + " pixels",
          whole.width() + "x" + whole.height());
    }
    Optional<String> test = TestPictures.find(whole);
    if (test.isPresent()) {
      throw new InvalidInputException(
          original.name(), "an image to train on", "the test image " + test.get());
    }
    int scale = options.scale();
    return original.pair(
        whole.cropToMultiple(scale), scale, hr -> options.degradation().fixedPart(hr, scale));
  }
}

package io.subpixel.trainer.data;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes and degrades pictures, and keeps what is the same in every epoch. For any threads. */
final class PairReader {
  private final List<Original> originals;
  private final PatchOptions options;
  private final PictureCache cache;

  PairReader(List<Original> originals, PatchOptions options) {
    this.originals = originals;
    this.options = options;
    this.cache = new PictureCache(options.loading().cacheBytes());
  }

  /**
   * A picture and its LR, as they are in an epoch.
   *
   * @throws InvalidInputException if it is no picture, or too small for a patch
   */
  PicturePair read(int picture, int epoch) throws IOException {
    @Nullable PicturePair pair = cache.get(picture);
    if (pair == null) {
      pair = decode(originals.get(picture));
      cache.put(picture, pair);
    }
    if (!options.degradation().isRandom()) {
      return pair;
    }
    long seed = Seeds.of(options.seed(), epoch, picture, 1);
    return new PicturePair(pair.hr(), options.degradation().randomPart(pair.lr(), seed));
  }

  private PicturePair decode(Original original) throws IOException {
    Picture whole = original.read();
    int least = options.patch() * options.scale();
    if (Math.min(whole.width(), whole.height()) < least) {
      throw new InvalidInputException(
          original.file().toString(),
          "both sides at least " + least + " pixels",
          whole.width() + "x" + whole.height());
    }
    Picture hr = whole.cropToMultiple(options.scale());
    return new PicturePair(hr, options.degradation().fixedPart(hr, options.scale()));
  }
}

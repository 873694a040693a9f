package io.subpixel.trainer.internal.data;

import io.subpixel.trainer.data.Augmentation;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.degradation.Degradation;
import java.util.Set;

/**
 * Settings of the patch loader.
 *
 * @param scale HR pixels for each LR pixel and side
 * @param colour what the channels of LR and HR are
 * @param batch patches in a batch
 * @param patch side of a patch in LR pixels
 * @param perPicture patches cut from a picture in an epoch
 * @param degradation how LR is made from HR
 * @param augmentations changes of patches beside mirroring and turning
 * @param seed equal seeds give equal batches
 * @param loading how they are loaded, which changes no batch
 */
public record PatchOptions(
    int scale,
    Colour colour,
    int batch,
    int patch,
    int perPicture,
    Degradation degradation,
    Set<Augmentation> augmentations,
    long seed,
    Loading loading) {

  /**
   * How pictures are loaded.
   *
   * @param workers threads that decode and degrade ahead of the network
   * @param cacheBytes how much memory decoded pictures may take, 0 for none
   * @param strict whether a picture that can't be used ends the training, rather than being skipped
   *     with a warning
   */
  public record Loading(int workers, long cacheBytes, boolean strict) {
    /**
     * One worker, so that the network keeps the other cores, and half a gigabyte of pictures or a
     * quarter of the heap, whichever is less.
     */
    public static final Loading DEFAULT =
        new Loading(1, Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 4), false);

    /** Checks the ranges. */
    public Loading {
      if (workers < 1 || cacheBytes < 0) {
        throw new IllegalArgumentException(
            "loading: expected at least 1 worker and 0 bytes, received "
                + (workers + " and " + cacheBytes));
      }
    }
  }

  private static final int USUAL = 32;
  private static final int MIN_STEPS = 100;

  /**
   * Patches cut from each picture in an epoch: as asked for, or if that is 0, 32, or as many more
   * of few pictures as give an epoch of 100 steps, so that measuring doesn't take most of the time.
   */
  public static int perPicture(int asked, int pictures, int batch) {
    int enough = (MIN_STEPS * batch + pictures - 1) / pictures;
    return asked > 0 ? asked : Math.max(USUAL, enough);
  }

  int channels() {
    return colour.channels();
  }
}

package io.subpixel.trainer;

import io.subpixel.pictures.Picture;
import java.util.AbstractList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * HR images in memory to train or to validate on.
 *
 * @param name the name in cards and histories
 * @param pictures read when an image is needed, on threads of the trainer, more than once if the
 *     cache is too small; the list isn't copied and must not change during a training
 * @since 0.1
 */
public record PictureList(String name, List<Picture> pictures) {
  /**
   * Makes a list that asks for each image when it is needed.
   *
   * @param count the number of images
   * @param supplier returns image {@code i}, the same at each call; called on several threads
   */
  public static PictureList of(String name, int count, IntFunction<Picture> supplier) {
    return new PictureList(
        name,
        new AbstractList<>() {
          @Override
          public Picture get(int i) {
            return supplier.apply(i);
          }

          @Override
          public int size() {
            return count;
          }
        });
  }
}

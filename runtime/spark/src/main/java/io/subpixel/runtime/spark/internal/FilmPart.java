package io.subpixel.runtime.spark.internal;

import io.subpixel.runtime.spark.Status;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What became of a part of a film.
 *
 * @param number from 1
 * @param frames those that it has; 0 if an earlier run wrote it or it failed
 * @param error why it failed, in one line
 * @param fault what couldn't be decoded, in words; null if all could
 */
public record FilmPart(
    int number, Status status, long frames, @Nullable String error, @Nullable String fault)
    implements Serializable {
  static FilmPart failed(int number, String error) {
    return new FilmPart(number, Status.FAILED, 0, error, null);
  }

  static FilmPart existing(int number) {
    return new FilmPart(number, Status.EXISTING, 0, null, null);
  }
}

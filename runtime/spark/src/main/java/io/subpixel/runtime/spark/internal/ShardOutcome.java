package io.subpixel.runtime.spark.internal;

import io.subpixel.runtime.spark.Status;
import java.io.Serializable;
import java.util.List;

/**
 * What became of a shard.
 *
 * @param number from 0
 * @param status written, existing or failed
 * @param pairs those that were written; 0 for one that was there
 * @param failures how many pictures couldn't be used
 * @param errors the first of them, each in one line
 */
@SuppressWarnings("serial") // a list of Java's own
public record ShardOutcome(int number, Status status, int pairs, int failures, List<String> errors)
    implements Serializable {
  /** How many errors travel to the driver. */
  private static final int TOLD = 20;

  static ShardOutcome of(int number, int pairs, List<String> errors) {
    return new ShardOutcome(
        number,
        pairs > 0 ? Status.WRITTEN : Status.FAILED,
        pairs,
        errors.size(),
        List.copyOf(errors.subList(0, Math.min(TOLD, errors.size()))));
  }

  static ShardOutcome existing(int number) {
    return new ShardOutcome(number, Status.EXISTING, 0, 0, List.of());
  }

  static ShardOutcome failed(int number, String error) {
    return new ShardOutcome(number, Status.FAILED, 0, 1, List.of(error));
  }
}

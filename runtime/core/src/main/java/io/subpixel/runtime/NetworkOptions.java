package io.subpixel.runtime;

import io.subpixel.models.Colour;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a network is opened. What is given of a model's traits wins over its card and over probing.
 *
 * @param threads how many share one run; 0 for as many as there are cores
 * @param environmentThreads whether runs use the pools of the {@code OrtEnvironment}, which the
 *     application made, instead of threads of the session's own
 * @param scale the model's scale, if given
 * @param colour what its channels mean, if given
 * @param valueRange what it takes for black and white, if given
 * @param receptiveRadius its receptive radius in LR pixels, if given
 */
record NetworkOptions(
    int threads,
    boolean environmentThreads,
    OptionalInt scale,
    Optional<Colour> colour,
    Optional<ValueRange> valueRange,
    OptionalInt receptiveRadius) {

  /** Values of black and white. */
  record ValueRange(double black, double white) {}

  /** All cores, nothing given. */
  static final NetworkOptions DEFAULT =
      new NetworkOptions(
          0, false, OptionalInt.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());

  NetworkOptions withThreads(int count) {
    return new NetworkOptions(
        count, environmentThreads, scale, colour, valueRange, receptiveRadius);
  }
}

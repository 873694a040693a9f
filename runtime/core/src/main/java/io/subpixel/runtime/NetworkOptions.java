package io.subpixel.runtime;

import io.subpixel.models.Colour;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a network is opened. What is given of a model's traits wins over its card and over probing.
 *
 * @param threads how many share one run; 0 for as many as there are cores
 * @param environmentThreads whether runs use the threads of the {@code OrtEnvironment}, which the
 *     application made with such, instead of the session's own
 * @param deviceMemory the most bytes of a GPU's memory to use, if bounded
 * @param scale the model's scale, if given
 * @param colour what its channels mean, if given
 * @param valueRange what it takes for black and white, if given
 * @param receptiveRadius its receptive radius in LR pixels, if given
 */
record NetworkOptions(
    int threads,
    boolean environmentThreads,
    OptionalLong deviceMemory,
    OptionalInt scale,
    Optional<Colour> colour,
    Optional<ValueRange> valueRange,
    OptionalInt receptiveRadius) {

  /** All cores, nothing given. */
  static final NetworkOptions DEFAULT =
      new NetworkOptions(
          0,
          false,
          OptionalLong.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  NetworkOptions withThreads(int count) {
    return new NetworkOptions(
        count, environmentThreads, deviceMemory, scale, colour, valueRange, receptiveRadius);
  }

  NetworkOptions withEnvironmentThreads() {
    return new NetworkOptions(
        threads, true, deviceMemory, scale, colour, valueRange, receptiveRadius);
  }

  NetworkOptions withDeviceMemory(long bytes) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        OptionalLong.of(bytes),
        scale,
        colour,
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withScale(int given) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        OptionalInt.of(given),
        colour,
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withColour(Colour given) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        scale,
        Optional.of(given),
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withValueRange(ValueRange given) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        scale,
        colour,
        Optional.of(given),
        receptiveRadius);
  }

  NetworkOptions withReceptiveRadius(int given) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        scale,
        colour,
        valueRange,
        OptionalInt.of(given));
  }
}

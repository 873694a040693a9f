package io.subpixel.runtime;

import io.subpixel.zoo.Colour;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Options for opening a network. Given traits override the model's card and probing.
 *
 * @param threads threads of one run; 0 for the number of cores
 * @param environmentThreads whether runs use the threads of the {@code OrtEnvironment}, which the
 *     application created with threading options, instead of the session's own
 * @param deviceMemory the limit in bytes on a GPU's memory, if any
 * @param timeout the time limit for opening and for a run, if given
 * @param memory the limit in bytes on probing
 * @param scale the model's scale, if given
 * @param colour what its channels mean, if given
 * @param valueRange its values for black and white, if given
 * @param receptiveRadius its receptive radius in LR pixels, if given
 */
record NetworkOptions(
    int threads,
    boolean environmentThreads,
    OptionalLong deviceMemory,
    Optional<Duration> timeout,
    long memory,
    OptionalInt scale,
    Optional<Colour> colour,
    Optional<ValueRange> valueRange,
    OptionalInt receptiveRadius) {

  static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  /** All cores, without given traits. */
  static final NetworkOptions DEFAULT =
      new NetworkOptions(
          0,
          false,
          OptionalLong.empty(),
          Optional.empty(),
          MemoryPlan.DEFAULT_BYTES,
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  /** Returns the limits of loading and probing. */
  Bounds opening(Device device) {
    // TensorRT compiles the network first, and a GPU's libraries take gigabytes.
    boolean cpu = device.kind() == Device.Kind.CPU;
    Duration usual = Duration.ofMinutes(cpu ? 2 : 30);
    return new Bounds(timeout.orElse(usual).toNanos(), cpu ? memory : Bounds.ANY);
  }

  /** Returns the limits of a run. */
  Bounds running() {
    return Bounds.of(timeout.orElse(DEFAULT_TIMEOUT));
  }

  NetworkOptions withThreads(int count) {
    return new NetworkOptions(
        count,
        environmentThreads,
        deviceMemory,
        timeout,
        memory,
        scale,
        colour,
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withEnvironmentThreads() {
    return new NetworkOptions(
        threads, true, deviceMemory, timeout, memory, scale, colour, valueRange, receptiveRadius);
  }

  NetworkOptions withDeviceMemory(long bytes) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        OptionalLong.of(bytes),
        timeout,
        memory,
        scale,
        colour,
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withTimeout(Duration given) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        Optional.of(given),
        memory,
        scale,
        colour,
        valueRange,
        receptiveRadius);
  }

  NetworkOptions withMemory(long bytes) {
    return new NetworkOptions(
        threads,
        environmentThreads,
        deviceMemory,
        timeout,
        bytes,
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
        timeout,
        memory,
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
        timeout,
        memory,
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
        timeout,
        memory,
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
        timeout,
        memory,
        scale,
        colour,
        valueRange,
        OptionalInt.of(given));
  }
}

package io.subpixel.conformance.matrix.adapter;

import io.subpixel.conformance.matrix.Adapter.Timed;
import java.util.function.Supplier;

/** Times what runs in this process. */
final class Stopwatch {
  private Stopwatch() {}

  static <T> Timed<T> time(Supplier<T> work) {
    long start = System.nanoTime();
    T made = work.get();
    return new Timed<>(made, (System.nanoTime() - start) / 1e6);
  }
}

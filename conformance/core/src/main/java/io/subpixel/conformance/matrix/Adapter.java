package io.subpixel.conformance.matrix;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import java.io.IOException;

/**
 * A runtime of the matrix, which only runs models. Colour, rounding and metrics are shared by all
 * runtimes, so that only the network's arithmetic differs. Not thread-safe; whoever opens it closes
 * it.
 */
public interface Adapter extends AutoCloseable {
  /** A model that is ready to run. Whoever loads it closes it, before another one is loaded. */
  interface Loaded<T> extends AutoCloseable {
    /**
     * Upscales.
     *
     * @param lr planes {@code [H,W]} of 0..1, or a picture of R, G, B; it isn't changed
     * @throws IOException if the runtime fails, with its reason
     */
    Timed<T> upscale(T lr) throws IOException;

    @Override
    default void close() {}
  }

  /**
   * A runtime's output and its time.
   *
   * @param sr planes {@code [sH,sW]}, neither clipped nor rounded, or a picture of R, G, B
   * @param milliseconds of the network alone, without communication between processes
   */
  record Timed<T>(T sr, double milliseconds) {}

  /** Its version and its host's. */
  String version();

  /**
   * Loads the plain form of a model: float32 {@code [N,C,H,W]}.
   *
   * @throws IOException if the runtime refuses it, with its reason
   */
  Loaded<Plane[]> plain(Subject subject) throws IOException;

  /**
   * Loads the pixel form of a model: uint8 {@code [N,H,W,3]}.
   *
   * @throws NotTakenException if the runtime is known not to take such models
   * @throws IOException if the runtime refuses it, with its reason
   */
  Loaded<Picture> pixels(Subject subject) throws IOException;

  @Override
  default void close() {}
}

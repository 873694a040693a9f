package io.subpixel.runtime.video.internal;

/**
 * A frame or packet of a clip. The caller that takes it from the reader closes it. It outlives the
 * reader, may be passed to another thread, and is freed when unreachable if it wasn't closed.
 */
public sealed interface Item extends AutoCloseable permits Packet, Frame {
  /** Frees the native memory. May be called again. */
  @Override
  void close();
}

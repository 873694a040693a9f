package io.subpixel.runtime.video.internal;

/**
 * One thing out of a clip. Whoever takes it from the reader closes it; it outlives the reader, may
 * go to another thread, and is freed at last when nobody refers to it any more.
 */
public sealed interface Item extends AutoCloseable permits Packet, Frame {
  /** Frees the native memory; a second time does nothing. */
  @Override
  void close();
}

package io.subpixel.trainer.internal.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoded pictures within a budget; the least recently used leave first. For any threads. */
final class PictureCache {
  private final long budget;
  private final Map<Integer, PicturePair> pairs = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  PictureCache(long budget) {
    this.budget = budget;
  }

  synchronized @Nullable PicturePair get(int picture) {
    return pairs.get(picture);
  }

  /** Keeps a pair, unless it is larger than the whole budget. */
  synchronized void put(int picture, PicturePair pair) {
    if (pair.bytes() > budget) {
      return;
    }
    PicturePair before = pairs.put(picture, pair);
    bytes += pair.bytes() - (before == null ? 0 : before.bytes());
    Iterator<PicturePair> oldest = pairs.values().iterator();
    while (bytes > budget) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized long bytes() {
    return bytes;
  }
}

package io.subpixel.pictures.resampling;

/** What stands for the pixels beyond a picture's edge. */
public enum Edge {
  /** The pixel at the edge. */
  CLAMP {
    @Override
    int index(int i, int size) {
      return Math.min(Math.max(i, 0), size - 1);
    }
  },
  /** The picture mirrored, the edge pixel repeated. */
  MIRROR {
    @Override
    int index(int i, int size) {
      int period = Math.floorMod(i, 2 * size);
      return period < size ? period : 2 * size - 1 - period;
    }
  };

  abstract int index(int i, int size);
}

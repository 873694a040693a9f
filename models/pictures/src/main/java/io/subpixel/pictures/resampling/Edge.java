package io.subpixel.pictures.resampling;

/**
 * What stands for the pixels beyond a picture's edge.
 *
 * @since 0.1
 */
public enum Edge {
  /** The pixel at the edge. */
  CLAMP {
    @Override
    public int index(int i, int size) {
      return Math.min(Math.max(i, 0), size - 1);
    }
  },
  /** The picture mirrored, the edge pixel repeated. */
  MIRROR {
    @Override
    public int index(int i, int size) {
      int period = Math.floorMod(i, 2 * size);
      return period < size ? period : 2 * size - 1 - period;
    }
  };

  /**
   * The pixel that stands for one.
   *
   * @param i a pixel, maybe beyond the edge
   * @param size how many there are
   * @return 0 to {@code size - 1}
   */
  public abstract int index(int i, int size);
}

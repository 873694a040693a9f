package io.subpixel.pictures.resampling;

/**
 * How pixels beyond a picture's edge are chosen.
 *
 * @since 0.1
 */
public enum Edge {
  /** Repeats the pixel at the edge. */
  CLAMP {
    @Override
    public int index(int i, int size) {
      return Math.min(Math.max(i, 0), size - 1);
    }
  },
  /** Mirrors the picture, repeating the edge pixel. */
  MIRROR {
    @Override
    public int index(int i, int size) {
      int period = Math.floorMod(i, 2 * size);
      return period < size ? period : 2 * size - 1 - period;
    }
  };

  /**
   * Returns the pixel to use.
   *
   * @param i a pixel, maybe beyond the edge
   * @param size the number of pixels
   * @return 0 to {@code size - 1}
   */
  public abstract int index(int i, int size);
}

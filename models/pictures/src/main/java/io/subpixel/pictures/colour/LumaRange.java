package io.subpixel.pictures.colour;

/**
 * The range of luma's code values.
 *
 * @param black the code value of black
 * @param white the code value of white
 * @param greatest the greatest code value; values beyond black and white are kept, from 0 to this
 * @since 0.1
 */
public record LumaRange(int black, int white, int greatest) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException unless {@code 0 <= black < white <= greatest <= 65535}
   */
  public LumaRange {
    if (black < 0 || white <= black || greatest < white || greatest > 0xffff) {
      throw new IllegalArgumentException(
          "luma: expected 0 <= black < white <= greatest <= 65535, received "
              + (black + ", " + white + ", " + greatest));
    }
  }

  /** Black is 0, white the greatest value of so many bits: pictures, and video of full range. */
  public static LumaRange full(int bits) {
    int greatest = (1 << bits) - 1;
    return new LumaRange(0, greatest, greatest);
  }

  /**
   * Video's usual range, ITU-R BT.601, BT.709 and BT.2100: 16 and 235, times 2 for each bit more.
   */
  public static LumaRange studio(int bits) {
    return new LumaRange(16 << (bits - 8), 235 << (bits - 8), (1 << bits) - 1);
  }

  /** Returns the difference between white and black. */
  public int span() {
    return white - black;
  }
}

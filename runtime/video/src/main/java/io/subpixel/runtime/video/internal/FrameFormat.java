package io.subpixel.runtime.video.internal;

/**
 * The layout of a frame's samples: planar YUV, with or without alpha, or grey.
 *
 * @param width columns of luma
 * @param height rows of luma
 * @param depth bits of a code value: 8, 10 or 12; above 8 in the lower bits of two bytes
 * @param planes 1 for grey, 3 for Y, U, V, 4 for Y, U, V and full-range alpha
 * @param log2ChromaWidth 1 if chroma has half the columns, rounded up; otherwise 0
 * @param log2ChromaHeight 1 if chroma has half the rows, rounded up; otherwise 0
 * @param studio whether luma's black and white are 16 and 235 (times 2^(depth - 8)), rather than 0
 *     and the greatest code value
 * @param siting the position of chroma samples relative to luma
 */
public record FrameFormat(
    int width,
    int height,
    int depth,
    int planes,
    int log2ChromaWidth,
    int log2ChromaHeight,
    boolean studio,
    Siting siting) {
  /**
   * The offset of a chroma sample from its first luma sample, in luma samples; 0 along an axis that
   * isn't subsampled.
   *
   * @param x 0 for left, 0.5 for centre
   * @param y 0 for top, 0.5 for centre, 1 for bottom
   */
  public record Siting(double x, double y) {}

  /** Columns of a plane. */
  int width(int plane) {
    return isFull(plane) ? width : (width + (1 << log2ChromaWidth) - 1) >> log2ChromaWidth;
  }

  /** Rows of a plane. */
  int height(int plane) {
    return isFull(plane) ? height : (height + (1 << log2ChromaHeight) - 1) >> log2ChromaHeight;
  }

  /** Returns whether a plane always has as many samples as luma: luma itself, and alpha. */
  static boolean isFull(int plane) {
    return plane == 0 || plane == 3;
  }

  boolean hasAlpha() {
    return planes == 4;
  }

  /** Returns a copy without alpha. */
  FrameFormat opaque() {
    return new FrameFormat(
        width,
        height,
        depth,
        Math.min(3, planes),
        log2ChromaWidth,
        log2ChromaHeight,
        studio,
        siting);
  }

  /** Returns a copy with another size. */
  FrameFormat withSize(int otherWidth, int otherHeight) {
    return new FrameFormat(
        otherWidth, otherHeight, depth, planes, log2ChromaWidth, log2ChromaHeight, studio, siting);
  }
}

package io.subpixel.runtime;

/**
 * The order of a tensor's axes: N pictures, C channels, H rows, W columns.
 *
 * @since 0.1
 */
public enum TensorLayout {
  /** A plane for each channel. */
  NCHW,
  /** The channels of a pixel side by side. */
  NHWC;

  /** The sizes of one picture's axes, in this order. */
  long[] shape(long channels, long height, long width) {
    return switch (this) {
      case NCHW -> new long[] {1, channels, height, width};
      case NHWC -> new long[] {1, height, width, channels};
    };
  }

  /** Which axis has the channels. */
  int channelAxis() {
    return this == NCHW ? 1 : 3;
  }

  /** Which axis has the rows; that of the columns is the next. */
  int rowAxis() {
    return this == NCHW ? 2 : 1;
  }
}

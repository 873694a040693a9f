package io.subpixel.runtime;

/**
 * The order of a tensor's axes: N pictures, C channels, H rows, W columns.
 *
 * @since 0.1
 */
public enum TensorLayout {
  /** One plane per channel. */
  NCHW,
  /** Interleaved channels. */
  NHWC;

  /** Returns the shape of one picture in this layout. */
  long[] shape(long channels, long height, long width) {
    return switch (this) {
      case NCHW -> new long[] {1, channels, height, width};
      case NHWC -> new long[] {1, height, width, channels};
    };
  }

  /** Returns the axis of the channels. */
  int channelAxis() {
    return this == NCHW ? 1 : 3;
  }

  /** Returns the axis of the rows, which that of the columns follows. */
  int rowAxis() {
    return this == NCHW ? 2 : 1;
  }
}

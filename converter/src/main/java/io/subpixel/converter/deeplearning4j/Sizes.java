package io.subpixel.converter.deeplearning4j;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/** Sizes of what windows that slide give, and small arrays of sizes. */
final class Sizes {
  private Sizes() {}

  static long[] repeat(long number, int times) {
    long[] numbers = new long[times];
    Arrays.fill(numbers, number);
    return numbers;
  }

  /** How many places a window takes along an axis of {@code size}. */
  static long windows(
      long size, int kernel, int stride, int padding, int dilation, ConvolutionMode mode) {
    if (size == Value.UNKNOWN) {
      return Value.UNKNOWN;
    }
    return switch (mode) {
      case Same, Causal -> (size + stride - 1) / stride;
      case Strict, Truncate ->
          Math.floorDiv(size + 2L * padding - (kernel - 1L) * dilation - 1, stride) + 1;
    };
  }

  /** What a transposed convolution makes of an axis of {@code size}. */
  static long spread(
      long size, int kernel, int stride, int padding, int dilation, ConvolutionMode mode) {
    if (size == Value.UNKNOWN) {
      return Value.UNKNOWN;
    }
    return mode == ConvolutionMode.Same
        ? size * stride
        : stride * (size - 1) + (kernel - 1L) * dilation + 1 - 2L * padding;
  }
}

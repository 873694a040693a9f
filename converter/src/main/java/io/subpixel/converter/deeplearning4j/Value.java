package io.subpixel.converter.deeplearning4j;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What flows from one layer to the next: a variable of the graph, and what is known of its shape.
 */
final class Value {
  /** A size that only the user knows. */
  static final long UNKNOWN = -1;

  private final SDVariable variable;
  private final long[] shape;

  /** How many time steps its rows were folded from, see {@link #folded}. */
  private final long steps;

  private final Optional<Mask> mask;

  private Value(SDVariable variable, long[] shape, long steps, Optional<Mask> mask) {
    this.variable = variable;
    this.shape = shape;
    this.steps = steps;
    this.mask = mask;
  }

  static Value of(SDVariable variable, long... shape) {
    return new Value(variable, shape.clone(), 1, Optional.empty());
  }

  /** Another variable in its place, of the same shape. */
  Value with(SDVariable other) {
    return new Value(other, shape, steps, mask);
  }

  /** Another variable in its place, of another shape. */
  Value with(SDVariable other, long... otherShape) {
    return new Value(other, otherShape.clone(), steps, mask);
  }

  /** The same with {@code size} along {@code axis}. */
  Value with(SDVariable other, int axis, long size) {
    long[] sizes = shape.clone();
    sizes[axis] = size;
    return new Value(other, sizes, steps, mask);
  }

  /** Rows that are time steps times examples: row {@code step * examples + example}. */
  Value folded(long stepCount) {
    return new Value(variable, shape, stepCount, mask);
  }

  /** The same with another mask or none. */
  Value masked(Optional<Mask> other) {
    return new Value(variable, shape, steps, other);
  }

  /** Which of its steps count; empty for all. */
  Optional<Mask> mask() {
    return mask;
  }

  SDVariable variable() {
    return variable;
  }

  int rank() {
    return shape.length;
  }

  long size(int axis) {
    return shape[axis];
  }

  long[] shape() {
    return shape.clone();
  }

  long steps() {
    return steps;
  }

  /** The product of all sizes but the first, or {@link #UNKNOWN}. */
  long sizeOfExample() {
    return LongStream.of(shape).skip(1).reduce(1, Value::product);
  }

  static long product(long a, long b) {
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : a * b;
  }

  static long sum(long a, long b) {
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : a + b;
  }

  /** As Deeplearning4j describes the shape of one example. */
  InputType inputType(boolean channelsLast) {
    return switch (shape.length) {
      case 2 -> InputType.feedForward(shape[1]);
      case 3 ->
          channelsLast
              ? InputType.recurrent(shape[2], shape[1], RNNFormat.NWC)
              : InputType.recurrent(shape[1], shape[2], RNNFormat.NCW);
      case 4 ->
          channelsLast
              ? InputType.convolutional(shape[1], shape[2], shape[3], CNN2DFormat.NHWC)
              : InputType.convolutional(shape[2], shape[3], shape[1], CNN2DFormat.NCHW);
      default -> throw new Unsupported("an input of rank " + shape.length, "use rank 2, 3 or 4");
    };
  }

  @Override
  public String toString() {
    return variable.name() + Arrays.toString(shape);
  }
}

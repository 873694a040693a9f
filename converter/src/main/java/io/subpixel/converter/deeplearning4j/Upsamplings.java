package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;

/** Upsampling by repeating each place. */
final class Upsamplings {
  private Upsamplings() {}

  /** With an axis of size one more. */
  static Value withAxis(Value value, int axis, Scope scope) {
    long[] shape =
        IntStream.rangeClosed(0, value.rank())
            .mapToLong(i -> i < axis ? value.size(i) : i == axis ? 1 : value.size(i - 1))
            .toArray();
    return value.with(scope.graph().expandDims(value.variable(), axis), shape);
  }

  /** Without an axis of size one. */
  static Value withoutAxis(Value value, int axis, Scope scope) {
    long[] shape =
        IntStream.range(0, value.rank()).filter(i -> i != axis).mapToLong(value::size).toArray();
    return value.with(scope.graph().squeeze(value.variable(), axis), shape);
  }

  private static long[] grown(Value value, int first, int[] times, int axes) {
    long[] shape = value.shape();
    for (int i = 0; i < axes; i++) {
      shape[first + i] = Value.product(shape[first + i], times[i]);
    }
    return shape;
  }

  /** Of {@code [N,C,T]}, as images with one column. */
  static final class OneD implements LayerTranslator<Upsampling1D> {
    @Override
    public Optional<Mask> mask(Upsampling1D layer, Scope scope) {
      return Mask.outgrown(scope);
    }

    @Override
    public Optional<long[]> takes(Upsampling1D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 3));
    }

    @Override
    public Value translate(Upsampling1D layer, Scope scope) {
      int times = layer.getSize()[0];
      Value images = withAxis(scope.input(), 3, scope);
      Value grown =
          images.with(
              scope.graph().cnn().upsampling2d(images.variable(), times, 1, true),
              2,
              Value.product(images.size(2), times));
      return withoutAxis(grown, 3, scope);
    }
  }

  /** Of images. */
  static final class TwoD implements LayerTranslator<Upsampling2D> {
    @Override
    public Optional<long[]> takes(Upsampling2D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(Upsampling2D layer, Scope scope) {
      boolean channelsFirst = layer.getFormat() == CNN2DFormat.NCHW;
      int[] times = layer.getSize();
      return scope
          .input()
          .with(
              scope.graph().cnn().upsampling2d(scope.x(), times[0], times[1], channelsFirst),
              grown(scope.input(), channelsFirst ? 2 : 1, times, 2));
    }
  }

  /** Of volumes. */
  static final class ThreeD implements LayerTranslator<Upsampling3D> {
    @Override
    public Optional<long[]> takes(Upsampling3D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 5));
    }

    @Override
    public Value translate(Upsampling3D layer, Scope scope) {
      boolean channelsFirst = layer.getDataFormat() == Convolution3D.DataFormat.NCDHW;
      int[] times = layer.getSize();
      // SameDiff's takes channels first only, whatever it is told.
      Value input = channelsFirst ? scope.input() : scope.permute(scope.input(), 0, 4, 1, 2, 3);
      Value larger =
          input.with(
              scope
                  .graph()
                  .cnn()
                  .upsampling3d(input.variable(), true, times[0], times[1], times[2]),
              grown(input, 2, times, 3));
      return channelsFirst ? larger : scope.permute(larger, 0, 2, 3, 4, 1);
    }
  }
}

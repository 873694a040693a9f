package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.nd4j.linalg.factory.Nd4j;

/** Zeros around, and borders cut off. */
final class Borders {
  private Borders() {}

  /** Deeplearning4j's begin and end of each spatial axis, as axis, begin and end. */
  private static int[][] sides(int[] borders, int first) {
    return IntStream.range(0, borders.length / 2)
        .mapToObj(i -> new int[] {first + i, borders[2 * i], borders[2 * i + 1]})
        .toArray(int[][]::new);
  }

  /** With zeros before and after each axis that {@code sides} names. */
  static Value padded(Value value, int[][] sides, Scope scope) {
    int[][] padding = new int[value.rank()][2];
    long[] shape = value.shape();
    for (int[] side : sides) {
      padding[side[0]] = new int[] {side[1], side[2]};
      shape[side[0]] = Value.sum(shape[side[0]], side[1] + side[2]);
    }
    return value.with(
        scope
            .graph()
            .nn()
            .pad(value.variable(), scope.graph().constant(Nd4j.createFromArray(padding)), 0),
        shape);
  }

  private static Value cropped(int[] borders, int first, Scope scope) {
    int[][] sides = sides(borders, first);
    Value value = scope.input();
    long[] shape = value.shape();
    int[] axes = new int[sides.length];
    long[] from = new long[sides.length];
    long[] less = new long[sides.length];
    for (int i = 0; i < sides.length; i++) {
      axes[i] = sides[i][0];
      from[i] = sides[i][1];
      less[i] = sides[i][2];
      shape[axes[i]] = Value.sum(shape[axes[i]], -(from[i] + less[i]));
    }
    return value.with(scope.slice(value, axes, from, less), shape);
  }

  /** Zeros around {@code [N,C,T]}. */
  static final class Pad1D implements LayerTranslator<ZeroPadding1DLayer> {
    @Override
    public Optional<Mask> mask(ZeroPadding1DLayer layer, Scope scope) {
      return Mask.outgrown(scope);
    }

    @Override
    public Optional<long[]> takes(ZeroPadding1DLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 3));
    }

    @Override
    public Value translate(ZeroPadding1DLayer layer, Scope scope) {
      return padded(scope.input(), sides(layer.getPadding(), 2), scope);
    }
  }

  /** Zeros around images. */
  static final class Pad2D implements LayerTranslator<ZeroPaddingLayer> {
    @Override
    public Optional<long[]> takes(ZeroPaddingLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(ZeroPaddingLayer layer, Scope scope) {
      int first = layer.getDataFormat() == CNN2DFormat.NHWC ? 1 : 2;
      return padded(scope.input(), sides(layer.getPadding(), first), scope);
    }
  }

  /** Zeros around {@code [N,C,D,H,W]}. */
  static final class Pad3D implements LayerTranslator<ZeroPadding3DLayer> {
    @Override
    public Optional<long[]> takes(ZeroPadding3DLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 5));
    }

    @Override
    public Value translate(ZeroPadding3DLayer layer, Scope scope) {
      return padded(scope.input(), sides(layer.getPadding(), 2), scope);
    }
  }

  /** Fewer steps of {@code [N,C,T]}. */
  static final class Crop1D implements LayerTranslator<Cropping1D> {
    @Override
    public Optional<Mask> mask(Cropping1D layer, Scope scope) {
      return Mask.outgrown(scope);
    }

    @Override
    public Optional<long[]> takes(Cropping1D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 3));
    }

    @Override
    public Value translate(Cropping1D layer, Scope scope) {
      return cropped(layer.getCropping(), 2, scope);
    }
  }

  /** Fewer rows and columns of images. */
  static final class Crop2D implements LayerTranslator<Cropping2D> {
    @Override
    public Optional<long[]> takes(Cropping2D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(Cropping2D layer, Scope scope) {
      int first = layer.getDataFormat() == CNN2DFormat.NHWC ? 1 : 2;
      return cropped(layer.getCropping(), first, scope);
    }
  }

  /** Less of {@code [N,C,D,H,W]}. */
  static final class Crop3D implements LayerTranslator<Cropping3D> {
    @Override
    public Optional<long[]> takes(Cropping3D layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 5));
    }

    @Override
    public Value translate(Cropping3D layer, Scope scope) {
      return cropped(layer.getCropping(), 2, scope);
    }
  }
}

package io.subpixel.converter.deeplearning4j;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D.Divisor;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling3DConfig;

/** Pooling over windows and over all places. */
final class Poolings {
  private Poolings() {}

  private static boolean isChannelsLast(SubsamplingLayer layer) {
    return layer.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  private static Optional<Refusal> checked(SubsamplingLayer layer) {
    return layer.getPoolingType() == PoolingType.SUM
        ? Optional.of(
            new Refusal(
                "sum pooling over windows, which Deeplearning4j refuses too",
                "use average pooling and a scale"))
        : Optional.empty();
  }

  /** {@code maxpool2d} or {@code avgpool2d} over images. */
  private static Value pooled(SubsamplingLayer layer, Value images, Scope scope) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] padding = same ? new int[2] : layer.getPadding();
    boolean whole =
        layer.getPoolingType() == PoolingType.PNORM || layer.isAvgPoolIncludePadInDivisor();
    Pooling2DConfig config =
        Pooling2DConfig.builder()
            .kH(kernel[0])
            .kW(kernel[1])
            .sH(stride[0])
            .sW(stride[1])
            .pH(padding[0])
            .pW(padding[1])
            .dH(dilation[0])
            .dW(dilation[1])
            .paddingMode(same ? PaddingMode.SAME : PaddingMode.VALID)
            // SameDiff saves the divisor but ignores it; the native operator reads the extra
            // number.
            .divisor(whole ? Divisor.INCLUDE_PADDING : Divisor.EXCLUDE_PADDING)
            .extra(whole ? 1 : 0)
            .isNHWC(isChannelsLast(layer))
            .build();
    SDVariable x = images.variable();
    SameDiff graph = scope.graph();
    SDVariable y =
        switch (layer.getPoolingType()) {
          case MAX -> graph.cnn().maxPooling2d(x, config);
          case AVG -> graph.cnn().avgPooling2d(x, config);
          case PNORM -> {
            // No SameDiff operator: the mean of |x|^p over whole windows, times their size.
            SDVariable powers = graph.math().pow(graph.math().abs(x), layer.getPnorm());
            SDVariable sums = graph.cnn().avgPooling2d(powers, config).mul(kernel[0] * kernel[1]);
            yield graph.math().pow(sums, 1.0 / layer.getPnorm());
          }
          case SUM -> throw new Unsupported("sum pooling over windows", "use average pooling");
        };
    long[] shape = images.shape();
    int first = isChannelsLast(layer) ? 1 : 2;
    for (int i = 0; i < 2; i++) {
      shape[first + i] =
          Sizes.windows(
              shape[first + i],
              kernel[i],
              stride[i],
              padding[i],
              dilation[i],
              layer.getConvolutionMode());
    }
    return images.with(y, shape);
  }

  /** Over images. */
  static final class TwoD implements LayerTranslator<SubsamplingLayer> {
    @Override
    public Optional<Mask> mask(SubsamplingLayer layer, Scope scope) {
      return Mask.ofImages(scope);
    }

    @Override
    public Optional<long[]> takes(SubsamplingLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Optional<Refusal> check(SubsamplingLayer layer) {
      return checked(layer);
    }

    @Override
    public Value translate(SubsamplingLayer layer, Scope scope) {
      return pooled(layer, scope.input(), scope);
    }
  }

  /** Over time, as images with one column; Deeplearning4j does the same. */
  static final class OneD implements LayerTranslator<SubsamplingLayer> {
    @Override
    public Optional<Mask> mask(SubsamplingLayer layer, Scope scope) {
      return scope
          .mask()
          .map(
              mask ->
                  mask.pooled(
                      layer.getKernelSize()[0],
                      layer.getStride()[0],
                      layer.getPadding()[0],
                      layer.getDilation()[0],
                      layer.getConvolutionMode()));
    }

    @Override
    public Optional<long[]> takes(SubsamplingLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 3));
    }

    @Override
    public Optional<Refusal> check(SubsamplingLayer layer) {
      return checked(layer);
    }

    @Override
    public Value translate(SubsamplingLayer layer, Scope scope) {
      Value input = scope.input();
      int column = isChannelsLast(layer) ? 2 : 3;
      Value images = Upsamplings.withAxis(input, column, scope);
      return Upsamplings.withoutAxis(pooled(layer, images, scope), column, scope);
    }
  }

  /**
   * {@code maxpool3dnew} or {@code avgpool3dnew}. Deeplearning4j averages for every kind but the
   * maximum, and never counts padding.
   */
  static final class ThreeD implements LayerTranslator<Subsampling3DLayer> {
    @Override
    public Optional<long[]> takes(Subsampling3DLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 5));
    }

    @Override
    public Value translate(Subsampling3DLayer layer, Scope scope) {
      int[] kernel = layer.getKernelSize();
      int[] stride = layer.getStride();
      int[] dilation = layer.getDilation();
      boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
      int[] padding = same ? new int[3] : layer.getPadding();
      boolean channelsFirst = layer.getDataFormat() == Convolution3D.DataFormat.NCDHW;
      // SameDiff hands width and height to the native operator in the other's place.
      Pooling3DConfig config =
          Pooling3DConfig.builder()
              .kD(kernel[0])
              .kW(kernel[1])
              .kH(kernel[2])
              .sD(stride[0])
              .sW(stride[1])
              .sH(stride[2])
              .pD(padding[0])
              .pW(padding[1])
              .pH(padding[2])
              .dD(dilation[0])
              .dW(dilation[1])
              .dH(dilation[2])
              .isSameMode(same)
              .isNCDHW(channelsFirst)
              .build();
      SDVariable y =
          layer.getPoolingType() == PoolingType.MAX
              ? scope.graph().cnn().maxPooling3d(scope.x(), config)
              : scope.graph().cnn().avgPooling3d(scope.x(), config);
      long[] shape = scope.input().shape();
      int first = channelsFirst ? 2 : 1;
      for (int i = 0; i < 3; i++) {
        shape[first + i] =
            Sizes.windows(
                shape[first + i],
                kernel[i],
                stride[i],
                padding[i],
                dilation[i],
                layer.getConvolutionMode());
      }
      return scope.input().with(y, shape);
    }
  }

  /** Over all places, or over the axes that were asked for. */
  static final class Global implements LayerTranslator<GlobalPoolingLayer> {
    /** Below whatever a network computes. */
    private static final double LEAST = -1e30;

    @Override
    public Optional<Mask> mask(GlobalPoolingLayer layer, Scope scope) {
      return Optional.empty();
    }

    /** With the steps that don't count such that they don't change the result. */
    private static SDVariable masked(GlobalPoolingLayer layer, int[] axes, Scope scope) {
      if (scope.mask().isEmpty()) {
        return scope.x();
      } else if (!Arrays.equals(axes, new int[] {2})) {
        throw new Unsupported("global pooling with a mask over other axes than time", "pool time");
      }
      SDVariable steps = scope.mask().get().steps();
      return layer.getPoolingType() == PoolingType.MAX
          ? scope.x().add(steps.rsub(1).mul(LEAST))
          : scope.x().mul(steps);
    }

    @Override
    public Optional<long[]> takes(GlobalPoolingLayer layer, Optional<long[]> next) {
      return Optional.empty();
    }

    @Override
    public Value translate(GlobalPoolingLayer layer, Scope scope) {
      Value input = scope.input();
      int rank = input.rank();
      if (rank < 3 || rank > 5) {
        throw new Unsupported("global pooling of rank " + rank, "pool a sequence or images");
      }
      int[] channelsFirst = IntStream.range(2, rank).toArray();
      int[] chosen = layer.getPoolingDimensions();
      int[] axes = chosen == null ? channelsFirst : chosen;
      boolean keep = !layer.isCollapseDimensions();
      if (keep && !Arrays.equals(axes, channelsFirst)) {
        throw new Unsupported(
            "global pooling that keeps its axes and isn't channels first",
            "collapse them, as Deeplearning4j gives them channels first sizes");
      }
      SameDiff graph = scope.graph();
      SDVariable x = masked(layer, axes, scope);
      SDVariable y =
          switch (layer.getPoolingType()) {
            case MAX -> graph.max(x, keep, axes);
            case AVG ->
                scope.mask().isEmpty()
                    ? graph.mean(x, keep, axes)
                    : graph.sum(x, keep, axes).div(scope.mask().get().steps().sum(keep, axes));
            case SUM -> graph.sum(x, keep, axes);
            case PNORM -> {
              SDVariable powers = graph.math().pow(graph.math().abs(x), layer.getPnorm());
              yield graph.math().pow(graph.sum(powers, keep, axes), 1.0 / layer.getPnorm());
            }
          };
      long[] shape = input.shape();
      for (int axis : axes) {
        shape[axis] = 1;
      }
      if (!keep) {
        shape =
            IntStream.range(0, rank)
                .filter(axis -> IntStream.of(axes).noneMatch(pooled -> pooled == axis))
                .mapToLong(input::size)
                .toArray();
      }
      return input.with(y, shape);
    }
  }
}

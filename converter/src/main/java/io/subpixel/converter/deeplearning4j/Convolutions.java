package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDCNN;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv3DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * Convolutions. Deeplearning4j keeps weights as {@code [out,in,kernel...]}, SameDiff gets them as
 * {@code [kernel...,in,out]}. Strict mode is Truncate for every input that it lets pass.
 */
final class Convolutions {
  private static final String WEIGHTS = ConvolutionParamInitializer.WEIGHT_KEY;
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private Convolutions() {}

  static boolean isChannelsLast(ConvolutionLayer layer) {
    return layer.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  static @Nullable SDVariable bias(Scope scope) {
    return scope.has(BIAS) ? scope.vector(BIAS) : null;
  }

  /** {@code [N,channels,...]} or {@code [N,...,channels]}, with spatial sizes unknown. */
  static long[] images(long channels, int spatialAxes, boolean channelsLast) {
    long[] shape = Sizes.repeat(Value.UNKNOWN, spatialAxes + 2);
    shape[channelsLast ? spatialAxes + 1 : 1] = channels;
    return shape;
  }

  private static PaddingMode mode(ConvolutionLayer layer) {
    return layer.getConvolutionMode() == ConvolutionMode.Same
        ? PaddingMode.SAME
        : PaddingMode.VALID;
  }

  /** SAME computes its own padding. */
  static int padding(ConvolutionLayer layer, int axis) {
    return layer.getConvolutionMode() == ConvolutionMode.Same ? 0 : layer.getPadding()[axis];
  }

  /** What a convolution over images gives, of the input's layout. */
  private static Value images(
      SDVariable variable, Value input, long channels, ConvolutionLayer layer) {
    boolean channelsLast = isChannelsLast(layer);
    int first = channelsLast ? 1 : 2;
    long[] shape = input.shape();
    shape[channelsLast ? 3 : 1] = channels;
    for (int i = 0; i < 2; i++) {
      shape[first + i] =
          Sizes.windows(
              shape[first + i],
              layer.getKernelSize()[i],
              layer.getStride()[i],
              padding(layer, i),
              layer.getDilation()[i],
              layer.getConvolutionMode());
    }
    return input.with(variable, shape);
  }

  private static Conv2DConfig config(ConvolutionLayer layer) {
    return Conv2DConfig.builder()
        .kH(layer.getKernelSize()[0])
        .kW(layer.getKernelSize()[1])
        .sH(layer.getStride()[0])
        .sW(layer.getStride()[1])
        .pH(padding(layer, 0))
        .pW(padding(layer, 1))
        .dH(layer.getDilation()[0])
        .dW(layer.getDilation()[1])
        .paddingMode(mode(layer))
        .dataFormat(isChannelsLast(layer) ? Conv2DConfig.NHWC : Conv2DConfig.NCHW)
        .build();
  }

  /** {@code conv2d}. */
  static final class TwoD implements LayerTranslator<ConvolutionLayer> {
    @Override
    public Optional<Mask> mask(ConvolutionLayer layer, Scope scope) {
      return Mask.ofImages(scope);
    }

    @Override
    public Optional<long[]> takes(ConvolutionLayer layer, Optional<long[]> next) {
      return Optional.of(images(layer.getNIn(), 2, isChannelsLast(layer)));
    }

    @Override
    public Value translate(ConvolutionLayer layer, Scope scope) {
      SDVariable weights = scope.weight(WEIGHTS, scope.parameter(WEIGHTS).permute(2, 3, 1, 0));
      SDVariable bias = bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.conv2d(scope.x(), weights, config(layer))
              : cnn.conv2d(scope.x(), weights, bias, config(layer));
      Value value = images(y, scope.input(), layer.getNOut(), layer);
      return Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
  }

  /** {@code conv1d}; causal mode pads before it. */
  static final class OneD implements LayerTranslator<Convolution1DLayer> {
    @Override
    public Optional<Mask> mask(Convolution1DLayer layer, Scope scope) {
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
    public Optional<long[]> takes(Convolution1DLayer layer, Optional<long[]> next) {
      return Optional.of(images(layer.getNIn(), 1, isLast(layer)));
    }

    private static boolean isLast(Convolution1DLayer layer) {
      return layer.getRnnDataFormat() == RNNFormat.NWC;
    }

    @Override
    public Value translate(Convolution1DLayer layer, Scope scope) {
      Value input = scope.input();
      int time = isLast(layer) ? 1 : 2;
      int kernel = layer.getKernelSize()[0];
      int dilation = layer.getDilation()[0];
      int stride = layer.getStride()[0];
      int padding = padding(layer, 0);
      ConvolutionMode mode = layer.getConvolutionMode();
      SDVariable x = scope.x();
      if (mode == ConvolutionMode.Causal) {
        padding = 0;
        x =
            Borders.padded(input, new int[][] {{time, (kernel - 1) * dilation, 0}}, scope)
                .variable();
      }
      Conv1DConfig config =
          Conv1DConfig.builder()
              .k(kernel)
              .s(stride)
              .p(padding)
              .d(dilation)
              .dataFormat(isLast(layer) ? Conv1DConfig.NWC : Conv1DConfig.NCW)
              .paddingMode(mode(layer))
              .build();
      INDArray stored = scope.parameter(WEIGHTS);
      // Deeplearning4j reads the same numbers as [k,in,out]: a reshape, no transposition.
      INDArray reread =
          stored.dup('c').reshape('c', stored.size(2), stored.size(1), stored.size(0));
      SDVariable weights = scope.weight(WEIGHTS, reread);
      SDVariable bias = bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null ? cnn.conv1d(x, weights, config) : cnn.conv1d(x, weights, bias, config);
      long[] shape = input.shape();
      shape[3 - time] = layer.getNOut();
      shape[time] = Sizes.windows(shape[time], kernel, stride, padding, dilation, mode);
      return Activations.apply(
          layer.getActivationFn(), input.with(y, shape), Activations.LAST, scope);
    }
  }

  /** {@code conv3dnew}. */
  static final class ThreeD implements LayerTranslator<Convolution3D> {
    @Override
    public Optional<long[]> takes(Convolution3D layer, Optional<long[]> next) {
      return Optional.of(images(layer.getNIn(), 3, isLast(layer)));
    }

    private static boolean isLast(Convolution3D layer) {
      return layer.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }

    @Override
    public Value translate(Convolution3D layer, Scope scope) {
      int[] kernel = layer.getKernelSize();
      int[] stride = layer.getStride();
      int[] dilation = layer.getDilation();
      Conv3DConfig config =
          Conv3DConfig.builder()
              .kD(kernel[0])
              .kH(kernel[1])
              .kW(kernel[2])
              .sD(stride[0])
              .sH(stride[1])
              .sW(stride[2])
              .pD(padding(layer, 0))
              .pH(padding(layer, 1))
              .pW(padding(layer, 2))
              .dD(dilation[0])
              .dH(dilation[1])
              .dW(dilation[2])
              .paddingMode(mode(layer))
              .dataFormat(isLast(layer) ? Conv3DConfig.NDHWC : Conv3DConfig.NCDHW)
              .biasUsed(scope.has(BIAS))
              .build();
      SDVariable weights = scope.weight(WEIGHTS, scope.parameter(WEIGHTS).permute(2, 3, 4, 1, 0));
      SDVariable bias = bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.conv3d(scope.x(), weights, config)
              : cnn.conv3d(scope.x(), weights, bias, config);
      long[] shape = scope.input().shape();
      shape[isLast(layer) ? 4 : 1] = layer.getNOut();
      int first = isLast(layer) ? 1 : 2;
      for (int i = 0; i < 3; i++) {
        shape[first + i] =
            Sizes.windows(
                shape[first + i],
                kernel[i],
                stride[i],
                padding(layer, i),
                dilation[i],
                layer.getConvolutionMode());
      }
      return Activations.apply(
          layer.getActivationFn(), scope.input().with(y, shape), Activations.LAST, scope);
    }
  }

  /** {@code depthwise_conv2d}, whose weights are {@code [kH,kW,in,multiplier]} in both. */
  static final class Depthwise implements LayerTranslator<DepthwiseConvolution2D> {
    @Override
    public Optional<Mask> mask(DepthwiseConvolution2D layer, Scope scope) {
      return Mask.ofImages(scope);
    }

    @Override
    public Optional<long[]> takes(DepthwiseConvolution2D layer, Optional<long[]> next) {
      return Optional.of(images(layer.getNIn(), 2, isChannelsLast(layer)));
    }

    @Override
    public Value translate(DepthwiseConvolution2D layer, Scope scope) {
      SDVariable weights = scope.weight(WEIGHTS);
      SDVariable bias = bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.depthWiseConv2d(scope.x(), weights, config(layer))
              : cnn.depthWiseConv2d(scope.x(), weights, bias, config(layer));
      long channels = layer.getNIn() * layer.getDepthMultiplier();
      Value value = images(y, scope.input(), channels, layer);
      return Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
  }

  /** {@code sconv2d}. */
  static final class Separable implements LayerTranslator<SeparableConvolution2D> {
    @Override
    public Optional<Mask> mask(SeparableConvolution2D layer, Scope scope) {
      return Mask.ofImages(scope);
    }

    private static final String DEPTH = SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY;
    private static final String POINT = SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;

    @Override
    public Optional<long[]> takes(SeparableConvolution2D layer, Optional<long[]> next) {
      return Optional.of(images(layer.getNIn(), 2, isChannelsLast(layer)));
    }

    @Override
    public Value translate(SeparableConvolution2D layer, Scope scope) {
      SDVariable depth = scope.weight(DEPTH, scope.parameter(DEPTH).permute(2, 3, 1, 0));
      SDVariable point = scope.weight(POINT, scope.parameter(POINT).permute(2, 3, 1, 0));
      SDVariable bias = bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.separableConv2d(scope.x(), depth, point, config(layer))
              : cnn.separableConv2d(scope.x(), depth, point, bias, config(layer));
      Value value = images(y, scope.input(), layer.getNOut(), layer);
      return Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
  }
}

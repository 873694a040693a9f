package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.params.DeconvolutionParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDCNN;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv3DConfig;

/** Transposed convolutions, whose weights SameDiff takes as {@code [kernel...,out,in]}. */
final class Deconvolutions {
  private static final String WEIGHTS = DeconvolutionParamInitializer.WEIGHT_KEY;

  private Deconvolutions() {}

  private static Value spread(
      SDVariable variable, Value input, ConvolutionLayer layer, int axes, boolean channelsLast) {
    long[] shape = input.shape();
    shape[channelsLast ? axes + 1 : 1] = layer.getNOut();
    int first = channelsLast ? 1 : 2;
    for (int i = 0; i < axes; i++) {
      shape[first + i] =
          Sizes.spread(
              shape[first + i],
              layer.getKernelSize()[i],
              layer.getStride()[i],
              Convolutions.padding(layer, i),
              layer.getDilation()[i],
              layer.getConvolutionMode());
    }
    return input.with(variable, shape);
  }

  /** {@code deconv2d}. */
  static final class TwoD implements LayerTranslator<Deconvolution2D> {
    @Override
    public Optional<Mask> mask(Deconvolution2D layer, Scope scope) {
      return Mask.ofImages(scope);
    }

    @Override
    public Optional<long[]> takes(Deconvolution2D layer, Optional<long[]> next) {
      return Optional.of(
          Convolutions.images(layer.getNIn(), 2, Convolutions.isChannelsLast(layer)));
    }

    @Override
    public Value translate(Deconvolution2D layer, Scope scope) {
      boolean channelsLast = Convolutions.isChannelsLast(layer);
      DeConv2DConfig config =
          DeConv2DConfig.builder()
              .kH(layer.getKernelSize()[0])
              .kW(layer.getKernelSize()[1])
              .sH(layer.getStride()[0])
              .sW(layer.getStride()[1])
              .pH(Convolutions.padding(layer, 0))
              .pW(Convolutions.padding(layer, 1))
              .dH(layer.getDilation()[0])
              .dW(layer.getDilation()[1])
              .isSameMode(layer.getConvolutionMode() == ConvolutionMode.Same)
              .dataFormat(channelsLast ? DeConv2DConfig.NHWC : DeConv2DConfig.NCHW)
              .build();
      SDVariable weights = scope.weight(WEIGHTS, scope.parameter(WEIGHTS).permute(2, 3, 1, 0));
      SDVariable bias = Convolutions.bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.deconv2d(scope.x(), weights, config)
              : cnn.deconv2d(scope.x(), weights, bias, config);
      Value value = spread(y, scope.input(), layer, 2, channelsLast);
      return Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
  }

  /** {@code deconv3d}, for which Deeplearning4j keeps weights as SameDiff does. */
  static final class ThreeD implements LayerTranslator<Deconvolution3D> {
    private static boolean isLast(Deconvolution3D layer) {
      return layer.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }

    @Override
    public Optional<long[]> takes(Deconvolution3D layer, Optional<long[]> next) {
      return Optional.of(Convolutions.images(layer.getNIn(), 3, isLast(layer)));
    }

    @Override
    public Value translate(Deconvolution3D layer, Scope scope) {
      DeConv3DConfig config =
          DeConv3DConfig.builder()
              .kD(layer.getKernelSize()[0])
              .kH(layer.getKernelSize()[1])
              .kW(layer.getKernelSize()[2])
              .sD(layer.getStride()[0])
              .sH(layer.getStride()[1])
              .sW(layer.getStride()[2])
              .pD(Convolutions.padding(layer, 0))
              .pH(Convolutions.padding(layer, 1))
              .pW(Convolutions.padding(layer, 2))
              .dD(layer.getDilation()[0])
              .dH(layer.getDilation()[1])
              .dW(layer.getDilation()[2])
              .isSameMode(layer.getConvolutionMode() == ConvolutionMode.Same)
              .dataFormat(isLast(layer) ? DeConv3DConfig.NDHWC : DeConv3DConfig.NCDHW)
              .build();
      SDVariable weights = scope.weight(WEIGHTS);
      SDVariable bias = Convolutions.bias(scope);
      SDCNN cnn = scope.graph().cnn();
      SDVariable y =
          bias == null
              ? cnn.deconv3d(scope.x(), weights, config)
              : cnn.deconv3d(scope.x(), weights, bias, config);
      Value value = spread(y, scope.input(), layer, 3, isLast(layer));
      return Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
  }
}

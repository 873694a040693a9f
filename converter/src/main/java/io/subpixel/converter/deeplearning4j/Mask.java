package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/**
 * Which steps of a sequence count: ones and zeros that Deeplearning4j hands from layer to layer
 * beside the values. What it does there isn't the same for all layers, see the translators.
 *
 * @param steps {@code [N,1,T]} in the network's data type
 * @param isForced whether an LSTM obeys it, which it does only inside some wrappers
 */
record Mask(SDVariable steps, boolean isForced) {
  /** For an LSTM too. */
  Mask forced() {
    return new Mask(steps, true);
  }

  /** As {@code [N,T]}. */
  SDVariable plain() {
    return graph().squeeze(steps, 1);
  }

  /** As one column, in the order of a sequence that was folded to rows. */
  SDVariable rows() {
    return graph().reshape(graph().permute(steps, 2, 0, 1), -1, 1);
  }

  /** Of a sequence {@code [N,C,T]} or {@code [N,T,C]}, to multiply it with. */
  SDVariable along(boolean channelsLast) {
    return channelsLast ? graph().permute(steps, 0, 2, 1) : steps;
  }

  /** 1 at the last step that counts, else 0. */
  Mask last() {
    SDVariable later = graph().cumsum(steps, true, true, 2);
    return new Mask(steps.mul(later.eq(0).castTo(steps.dataType())), isForced);
  }

  /** 1 at the first step that counts, else 0. */
  Mask first() {
    SDVariable earlier = graph().cumsum(steps, true, false, 2);
    return new Mask(steps.mul(earlier.eq(0).castTo(steps.dataType())), isForced);
  }

  /**
   * Behind a layer that slides a window over the steps: what it gives counts if any step in its
   * window does.
   */
  Mask pooled(int kernel, int stride, int padding, int dilation, ConvolutionMode mode) {
    boolean isWhole = mode == ConvolutionMode.Same || mode == ConvolutionMode.Causal;
    if (isWhole && stride == 1) {
      return this;
    }
    Pooling2DConfig config =
        Pooling2DConfig.builder()
            .kH(kernel)
            .kW(1)
            .sH(stride)
            .sW(1)
            .pH(isWhole ? 0 : padding)
            .pW(0)
            .dH(dilation)
            .dW(1)
            .paddingMode(isWhole ? PaddingMode.SAME : PaddingMode.VALID)
            .isNHWC(false)
            .build();
    SDVariable column = graph().cnn().maxPooling2d(graph().expandDims(steps, 3), config);
    return new Mask(graph().squeeze(column, 3), isForced);
  }

  /** Behind a layer that changes the number of steps but, in Deeplearning4j, not the mask. */
  static Optional<Mask> outgrown(Scope scope) {
    if (scope.mask().isPresent()) {
      throw new Unsupported(
          "a mask that is as long as before, though the layer changes the number of steps;"
              + " Deeplearning4j can't go on with it either",
          "export it without masks");
    }
    return scope.mask();
  }

  /** Behind a layer of images, each of which is one step. */
  static Optional<Mask> ofImages(Scope scope) {
    if (scope.mask().isPresent() && scope.input().steps() == 1) {
      throw new Unsupported(
          "a mask of steps that became rows or columns of images, which Deeplearning4j can't"
              + " go on with either",
          "export it without masks");
    }
    return scope.mask();
  }

  /** Steps that count in any of two. */
  Mask or(Mask other) {
    return new Mask(graph().max(steps, other.steps), isForced);
  }

  private SameDiff graph() {
    return steps.getSameDiff();
  }
}

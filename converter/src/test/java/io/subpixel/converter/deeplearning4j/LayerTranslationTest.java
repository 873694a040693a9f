package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.operators.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every layer, each with settings that aren't its defaults, beside Deeplearning4j itself. */
@SuppressWarnings("deprecation")
class LayerTranslationTest {
  private static final double TOLERANCE = 1e-4;
  private static final Convolution3D.DataFormat NCDHW = Convolution3D.DataFormat.NCDHW;
  private static final Convolution3D.DataFormat NDHWC = Convolution3D.DataFormat.NDHWC;

  private final List<DynamicTest> tests = new ArrayList<>();

  private void test(String name, @Nullable InputType type, INDArray input, Layer... layers) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              NeuralNetConfiguration.ListBuilder list =
                  new NeuralNetConfiguration.Builder().seed(5).list();
              for (Layer layer : layers) {
                list.layer(layer);
              }
              MultiLayerNetwork network =
                  new MultiLayerNetwork((type == null ? list : list.setInputType(type)).build());
              network.init();
              var result = compare(name, network, input);
              INDArray output = result.expected().values().stream().toList().get(layers.length - 1);
              assertThat(output.stdNumber().doubleValue()).as("spread of the output").isPositive();
            }));
  }

  private static Comparison.Result compare(String name, MultiLayerNetwork network, INDArray input)
      throws Exception {
    // SameDiff's dilated convolutions fail where oneDNN computes them.
    Nd4j.getEnvironment().allowHelpers(!name.contains("dilated"));
    try {
      var sized = Comparison.compare(network, input, true).assertWithin(TOLERANCE);
      if (Deeplearning4jNetwork.of(network).inputShapes().isEmpty()) {
        assertThatThrownBy(() -> Comparison.compare(network, input, false))
            .isInstanceOf(UnsupportedModelException.class)
            .hasMessageContaining("its rank");
      } else {
        Comparison.compare(network, input, false).assertWithin(TOLERANCE);
      }
      return sized;
    } finally {
      Nd4j.getEnvironment().allowHelpers(true);
    }
  }

  private void images(String name, Layer... layers) {
    test(name, InputType.convolutional(9, 8, 3), Comparison.random(1, 2, 3, 9, 8), layers);
  }

  private void imagesLast(String name, Layer... layers) {
    test(
        name,
        InputType.convolutional(9, 8, 3, CNN2DFormat.NHWC),
        Comparison.random(1, 2, 9, 8, 3),
        layers);
  }

  private void steps(String name, Layer... layers) {
    test(name, InputType.recurrent(3, 7), Comparison.random(1, 2, 3, 7), layers);
  }

  private void stepsLast(String name, Layer... layers) {
    test(name, InputType.recurrent(3, 7, RNNFormat.NWC), Comparison.random(1, 2, 7, 3), layers);
  }

  private void volumes(String name, Layer... layers) {
    test(
        name,
        InputType.convolutional3D(NCDHW, 6, 5, 7, 2),
        Comparison.random(1, 2, 2, 6, 5, 7),
        layers);
  }

  private void rows(String name, Layer... layers) {
    test(name, InputType.feedForward(5), Comparison.random(1, 4, 5), layers);
  }

  @TestFactory
  Stream<DynamicTest> dense() {
    rows("dense", new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build());
    rows("dense without bias", new DenseLayer.Builder().nOut(4).hasBias(false).build());
    rows("dense, layer norm", new DenseLayer.Builder().nOut(6).hasLayerNorm(true).build());
    rows("output", new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build());
    rows(
        "center loss",
        new CenterLossOutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build());
    rows("autoencoder", new AutoEncoder.Builder().nOut(4).activation(Activation.SIGMOID).build());
    rows(
        "variational autoencoder",
        new VariationalAutoencoder.Builder()
            .nOut(3)
            .encoderLayerSizes(6, 5)
            .decoderLayerSizes(4)
            .activation(Activation.TANH)
            .pzxActivationFunction(Activation.TANH)
            .build());
    rows(
        "elementwise multiplication",
        new ElementWiseMultiplicationLayer.Builder()
            .nIn(5)
            .nOut(5)
            .activation(Activation.TANH)
            .build());
    rows(
        "one class",
        new OCNNOutputLayer.Builder()
            .nIn(5)
            .hiddenLayerSize(4)
            .activation(new ActivationSigmoid())
            .build());
    rows("dropout", new DenseLayer.Builder().nOut(4).dropOut(0.5).build(), new DropoutLayer(0.5));
    rows(
        "loss",
        new DenseLayer.Builder().nOut(4).build(),
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    rows(
        "frozen",
        new FrozenLayer(
            new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.TANH).build()));
    rows(
        "frozen with backprop",
        new FrozenLayerWithBackprop(
            new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.TANH).build()));
    rows("mask", new DenseLayer.Builder().nOut(4).build(), new MaskLayer());
    rows("batch norm", new BatchNormalization.Builder().eps(0.01).build());
    rows("repeat", new RepeatVector.Builder<>().repetitionFactor(3).build());
    rows("prelu", new PReLULayer.Builder().inputShape(5).build());
    INDArray indices = Nd4j.createFromArray(new float[][] {{3}, {0}, {6}});
    test(
        "embedding",
        null,
        indices,
        new EmbeddingLayer.Builder()
            .nIn(7)
            .nOut(4)
            .hasBias(true)
            .activation(Activation.TANH)
            .build());
    INDArray sequence = Nd4j.createFromArray(new float[][] {{3, 1, 2}, {0, 6, 5}});
    test(
        "embedding sequence",
        null,
        sequence,
        new EmbeddingSequenceLayer.Builder().nIn(7).nOut(4).inputLength(3).hasBias(true).build());
    test(
        "embedding sequence, channels last",
        null,
        sequence,
        new EmbeddingSequenceLayer.Builder()
            .nIn(7)
            .nOut(4)
            .inferInputLength(true)
            .outputDataFormat(RNNFormat.NWC)
            .build());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> activations() {
    IActivation[] all = {
      new ActivationCube(),
      new ActivationELU(),
      new ActivationELU(0.3),
      new ActivationGELU(false),
      new ActivationGELU(true),
      new ActivationHardSigmoid(),
      new ActivationHardTanH(),
      new ActivationIdentity(),
      new ActivationLReLU(0.2),
      new ActivationMish(),
      new ActivationRReLU(0.1, 0.4),
      new ActivationRationalTanh(),
      new ActivationReLU(),
      new ActivationReLU(1.5, null, null),
      new ActivationReLU(null, 0.4, 0.1),
      new ActivationReLU(null, 0.4, null),
      new ActivationReLU(1.0, null, 0.1),
      new ActivationReLU6(),
      new ActivationRectifiedTanh(),
      new ActivationSELU(),
      new ActivationSigmoid(),
      new ActivationSoftPlus(),
      new ActivationSoftSign(),
      new ActivationSoftmax(),
      new ActivationSwish(),
      new ActivationTanH(),
      new ActivationThresholdedReLU(0.3)
    };
    for (IActivation activation : all) {
      images(
          activation + " " + activation.getClass().getSimpleName(),
          new ConvolutionLayer.Builder(2, 2).nOut(4).activation(activation).build(),
          new ActivationLayer(activation));
    }
    images(
        "prelu, shared axes",
        new PReLULayer.Builder().inputShape(3, 9, 8).sharedAxes(2, 3).build());
    images("prelu", new PReLULayer.Builder().inputShape(3, 9, 8).build());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    for (ConvolutionMode mode :
        new ConvolutionMode[] {ConvolutionMode.Truncate, ConvolutionMode.Same}) {
      int p = mode == ConvolutionMode.Same ? 0 : 1;
      images(
          "2D " + mode,
          new ConvolutionLayer.Builder(3, 2)
              .nOut(4)
              .stride(2, 1)
              .padding(p, p)
              .convolutionMode(mode)
              .activation(Activation.TANH)
              .build());
      imagesLast(
          "2D last " + mode,
          new ConvolutionLayer.Builder(3, 2)
              .nOut(4)
              .stride(2, 1)
              .padding(p, p)
              .convolutionMode(mode)
              .dataFormat(CNN2DFormat.NHWC)
              .build());
      images(
          "depthwise " + mode,
          new DepthwiseConvolution2D.Builder(3, 2)
              .depthMultiplier(2)
              .stride(2, 1)
              .padding(p, p)
              .convolutionMode(mode)
              .build());
      imagesLast(
          "depthwise last " + mode,
          new DepthwiseConvolution2D.Builder(3, 2)
              .depthMultiplier(2)
              .stride(1, 2)
              .padding(p, p)
              .convolutionMode(mode)
              .dataFormat(CNN2DFormat.NHWC)
              .build());
      images(
          "separable " + mode,
          new SeparableConvolution2D.Builder(3, 2)
              .depthMultiplier(2)
              .nOut(5)
              .stride(2, 1)
              .padding(p, p)
              .convolutionMode(mode)
              .build());
      imagesLast(
          "separable last " + mode,
          new SeparableConvolution2D.Builder(3, 2)
              .depthMultiplier(2)
              .nOut(5)
              .hasBias(false)
              .padding(p, p)
              .convolutionMode(mode)
              .dataFormat(CNN2DFormat.NHWC)
              .build());
      images(
          "deconvolution " + mode,
          new Deconvolution2D.Builder(3, 2)
              .nOut(4)
              .stride(2, 3)
              .padding(p, p)
              .convolutionMode(mode)
              .build());
      imagesLast(
          "deconvolution last " + mode,
          new Deconvolution2D.Builder(3, 2)
              .nOut(4)
              .stride(2, 2)
              .padding(p, 0)
              .convolutionMode(mode)
              .dataFormat(CNN2DFormat.NHWC)
              .hasBias(false)
              .build());
      steps(
          "1D " + mode,
          new Convolution1DLayer.Builder(3)
              .nOut(4)
              .stride(2)
              .padding(p)
              .convolutionMode(mode)
              .activation(Activation.TANH)
              .build());
      stepsLast(
          "1D last " + mode,
          new Convolution1DLayer.Builder(3)
              .nOut(4)
              .stride(2)
              .padding(p)
              .convolutionMode(mode)
              .rnnDataFormat(RNNFormat.NWC)
              .build());
      volumes(
          "3D " + mode,
          new Convolution3D.Builder(3, 2, 3)
              .nOut(4)
              .stride(2, 1, 1)
              .padding(p, 0, p)
              .convolutionMode(mode)
              .dataFormat(NCDHW)
              .build());
      test(
          "3D last " + mode,
          InputType.convolutional3D(NDHWC, 6, 5, 7, 2),
          Comparison.random(1, 2, 6, 5, 7, 2),
          new Convolution3D.Builder(3, 2, 3)
              .nOut(4)
              .stride(2, 1, 1)
              .padding(p, 0, p)
              .convolutionMode(mode)
              .dataFormat(NDHWC)
              .hasBias(false)
              .build());
      volumes(
          "deconvolution 3D " + mode,
          new Deconvolution3D.Builder()
              .kernelSize(3, 2, 3)
              .nIn(2)
              .nOut(4)
              .stride(2, 1, 2)
              .padding(p, 0, p)
              .convolutionMode(mode)
              .dataFormat(NCDHW)
              .build());
      test(
          "deconvolution 3D last " + mode,
          InputType.convolutional3D(NDHWC, 6, 5, 7, 2),
          Comparison.random(1, 2, 6, 5, 7, 2),
          new Deconvolution3D.Builder()
              .kernelSize(3, 2, 3)
              .nIn(2)
              .nOut(4)
              .stride(2, 1, 2)
              .padding(p, 0, p)
              .convolutionMode(mode)
              .dataFormat(NDHWC)
              .build());
    }
    images(
        "2D strict",
        new ConvolutionLayer.Builder(3, 2)
            .nOut(4)
            .convolutionMode(ConvolutionMode.Strict)
            .hasBias(false)
            .build());
    images("2D dilated", new ConvolutionLayer.Builder(3, 2).nOut(4).dilation(2, 3).build());
    images(
        "2D dilated same",
        new ConvolutionLayer.Builder(3, 2)
            .nOut(4)
            .dilation(2, 3)
            .convolutionMode(ConvolutionMode.Same)
            .build());
    steps(
        "1D causal, dilated",
        new Convolution1DLayer.Builder(3)
            .nOut(4)
            .stride(2)
            .dilation(2)
            .convolutionMode(ConvolutionMode.Causal)
            .build());
    stepsLast(
        "1D causal last",
        new Convolution1DLayer.Builder(3)
            .nOut(4)
            .hasBias(false)
            .convolutionMode(ConvolutionMode.Causal)
            .rnnDataFormat(RNNFormat.NWC)
            .build());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    for (ConvolutionMode mode :
        new ConvolutionMode[] {ConvolutionMode.Truncate, ConvolutionMode.Same}) {
      int p = mode == ConvolutionMode.Same ? 0 : 1;
      for (PoolingType type :
          new PoolingType[] {PoolingType.MAX, PoolingType.AVG, PoolingType.PNORM}) {
        String name = type + " " + mode;
        images(
            name,
            new SubsamplingLayer.Builder(type)
                .pnorm(3)
                .kernelSize(3, 2)
                .stride(2, 1)
                .padding(p, p)
                .convolutionMode(mode)
                .build());
        imagesLast(
            name + " last",
            new SubsamplingLayer.Builder(type)
                .pnorm(2)
                .kernelSize(3, 2)
                .stride(2, 1)
                .padding(p, p)
                .convolutionMode(mode)
                .dataFormat(CNN2DFormat.NHWC)
                .build());
        steps(
            name + " 1D",
            new Subsampling1DLayer.Builder(type)
                .pnorm(2)
                .kernelSize(3)
                .stride(2)
                .convolutionMode(mode)
                .build());
      }
      images(
          "AVG with padding " + mode,
          new SubsamplingLayer.Builder(PoolingType.AVG)
              .avgPoolIncludePadInDivisor(true)
              .kernelSize(3, 2)
              .stride(2, 1)
              .padding(p, p)
              .convolutionMode(mode)
              .build());
      for (PoolingType type : new PoolingType[] {PoolingType.MAX, PoolingType.AVG}) {
        volumes(
            type + " 3D " + mode,
            new Subsampling3DLayer.Builder(type)
                .kernelSize(3, 2, 2)
                .stride(2, 1, 3)
                .padding(p, 0, p)
                .convolutionMode(mode)
                .dataFormat(NCDHW)
                .build());
        test(
            type + " 3D last " + mode,
            InputType.convolutional3D(NDHWC, 6, 5, 7, 2),
            Comparison.random(1, 2, 6, 5, 7, 2),
            new Subsampling3DLayer.Builder(type)
                .kernelSize(3, 2, 2)
                .stride(2, 1, 3)
                .padding(p, 0, p)
                .convolutionMode(mode)
                .dataFormat(NDHWC)
                .build());
      }
    }
    for (PoolingType type : PoolingType.values()) {
      images("global " + type, new GlobalPoolingLayer.Builder(type).pnorm(3).build());
      images(
          "global kept " + type,
          new GlobalPoolingLayer.Builder(type).pnorm(3).collapseDimensions(false).build());
      imagesLast(
          "global last " + type,
          new GlobalPoolingLayer.Builder(type).poolingDimensions(1, 2).build());
      steps("global steps " + type, new GlobalPoolingLayer.Builder(type).build());
      volumes("global volumes " + type, new GlobalPoolingLayer.Builder(type).build());
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    steps("upsampling 1D", new Upsampling1D.Builder(3).build());
    images("upsampling 2D", new Upsampling2D.Builder(2).size(new int[] {3, 2}).build());
    imagesLast(
        "upsampling 2D last",
        new Upsampling2D.Builder(2).size(new int[] {3, 2}).dataFormat(CNN2DFormat.NHWC).build());
    volumes(
        "upsampling 3D",
        new Upsampling3D.Builder(2).size(new int[] {3, 2, 2}).dataFormat(NCDHW).build());
    test(
        "upsampling 3D last",
        InputType.convolutional3D(NDHWC, 6, 5, 7, 2),
        Comparison.random(1, 2, 6, 5, 7, 2),
        new Upsampling3D.Builder(2).size(new int[] {3, 2, 2}).dataFormat(NDHWC).build());
    steps("padding 1D", new ZeroPadding1DLayer.Builder(1, 3).build());
    images("padding 2D", new ZeroPaddingLayer.Builder(1, 2, 3, 0).build());
    imagesLast(
        "padding 2D last",
        new ZeroPaddingLayer.Builder(1, 2, 3, 0).dataFormat(CNN2DFormat.NHWC).build());
    volumes("padding 3D", new ZeroPadding3DLayer.Builder(1, 2, 3, 0, 1, 1).build());
    steps("cropping 1D", new Cropping1D.Builder(1, 3).build());
    images("cropping 2D", new Cropping2D.Builder(1, 2, 3, 0).build());
    imagesLast(
        "cropping 2D last",
        new Cropping2D.Builder(1, 2, 3, 0).dataFormat(CNN2DFormat.NHWC).build());
    volumes("cropping 3D", new Cropping3D.Builder(1, 2, 1, 0, 1, 1).build());
    test(
        "space to depth",
        InputType.convolutional(6, 4, 3),
        Comparison.random(1, 2, 3, 6, 4),
        new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NCHW).build());
    test(
        "space to depth last",
        InputType.convolutional(6, 4, 3, CNN2DFormat.NHWC),
        Comparison.random(1, 2, 6, 4, 3),
        new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NHWC).build());
    test(
        "space to batch",
        InputType.convolutional(6, 4, 3),
        Comparison.random(1, 2, 3, 6, 4),
        new SpaceToBatchLayer.Builder<>(new int[] {3, 2}, new int[][] {{1, 2}, {2, 0}}).build());
    images(
        "local response",
        new LocalResponseNormalization.Builder().k(1.5).n(3).alpha(0.3).beta(0.6).build());
    images(
        "local response, even", new LocalResponseNormalization.Builder().n(4).alpha(0.3).build());
    imagesLast(
        "local response last",
        new LocalResponseNormalization.Builder()
            .n(3)
            .alpha(0.3)
            .dataFormat(CNN2DFormat.NHWC)
            .build());
    images("batch norm", new BatchNormalization.Builder().eps(0.01).build());
    imagesLast(
        "batch norm last", new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build());
    images("batch norm, log std", new BatchNormalization.Builder().useLogStd(true).build());
    images(
        "batch norm, locked",
        new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.5).beta(0.3).build());
    images(
        "batch norm, locked, half",
        new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.5).build());
    images(
        "to rows",
        new ConvolutionLayer.Builder(2, 2).nOut(4).build(),
        new DenseLayer.Builder().nOut(3).build());
    imagesLast(
        "last to rows",
        new ConvolutionLayer.Builder(2, 2).nOut(4).dataFormat(CNN2DFormat.NHWC).build(),
        new DenseLayer.Builder().nOut(3).build());
    test(
        "rows to images",
        InputType.convolutionalFlat(4, 5, 2),
        Comparison.random(1, 3, 40),
        new ConvolutionLayer.Builder(2, 2).nOut(4).build());
    images("pixels", new CnnLossLayer.Builder().activation(Activation.SOFTMAX).build());
    imagesLast(
        "pixels last",
        new CnnLossLayer.Builder().activation(Activation.SOFTMAX).format(CNN2DFormat.NHWC).build());
    volumes("voxels", new Cnn3DLossLayer.Builder(NCDHW).activation(Activation.SOFTMAX).build());
    INDArray priors = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 1.5f}});
    images(
        "boxes",
        new ConvolutionLayer.Builder(2, 2).nOut(2 * (5 + 3)).build(),
        new Yolo2OutputLayer.Builder().boundingBoxPriors(priors).build());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> recurrent() {
    steps("lstm", new LSTM.Builder().nOut(4).activation(Activation.TANH).build());
    stepsLast(
        "lstm last",
        new LSTM.Builder().nOut(4).activation(Activation.TANH).dataFormat(RNNFormat.NWC).build());
    steps(
        "lstm, relu and softsign",
        new LSTM.Builder()
            .nOut(4)
            .activation(Activation.RELU)
            .gateActivationFunction(new ActivationSoftSign())
            .build());
    steps("graves", new GravesLSTM.Builder().nOut(4).activation(Activation.TANH).build());
    stepsLast(
        "graves last",
        new GravesLSTM.Builder()
            .nOut(4)
            .activation(Activation.TANH)
            .dataFormat(RNNFormat.NWC)
            .build());
    steps(
        "graves both ways",
        new GravesBidirectionalLSTM.Builder().nOut(4).activation(Activation.TANH).build());
    steps("simple", new SimpleRnn.Builder().nOut(4).activation(Activation.TANH).build());
    stepsLast(
        "simple last",
        new SimpleRnn.Builder()
            .nOut(4)
            .activation(Activation.RELU)
            .dataFormat(RNNFormat.NWC)
            .build());
    steps(
        "simple, a function that ONNX's operator lacks",
        new SimpleRnn.Builder().nOut(4).activation(Activation.RATIONALTANH).build());
    steps(
        "lstm, hard sigmoid",
        new LSTM.Builder()
            .nOut(4)
            .activation(new ActivationHardSigmoid())
            .gateActivationFunction(new ActivationHardSigmoid())
            .build());
    steps(
        "lstm, elu and leaky relu",
        new LSTM.Builder()
            .nOut(4)
            .activation(new ActivationELU(0.7))
            .gateActivationFunction(new ActivationLReLU(0.2))
            .build());
    for (Bidirectional.Mode mode : Bidirectional.Mode.values()) {
      steps(
          "both ways " + mode,
          new Bidirectional(mode, new LSTM.Builder().nOut(4).activation(Activation.TANH).build()));
      stepsLast(
          "both ways last " + mode,
          new Bidirectional(
              mode,
              new LSTM.Builder()
                  .nOut(4)
                  .activation(Activation.TANH)
                  .dataFormat(RNNFormat.NWC)
                  .build()));
      steps(
          "both ways, simple " + mode,
          new Bidirectional(
              mode, new SimpleRnn.Builder().nOut(4).activation(Activation.TANH).build()));
    }
    steps(
        "both ways, last step",
        new Bidirectional(
            Bidirectional.Mode.CONCAT,
            new LastTimeStep(
                new LSTM.Builder()
                    .nOut(4)
                    .weightInit(WeightInit.XAVIER)
                    .activation(Activation.TANH)
                    .build())));
    steps(
        "last step",
        new LastTimeStep(
            new LSTM.Builder()
                .nOut(4)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.TANH)
                .build()));
    stepsLast(
        "last step last",
        new LastTimeStep(
            new LSTM.Builder()
                .nOut(4)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.TANH)
                .dataFormat(RNNFormat.NWC)
                .build()));
    steps(
        "recurrent output",
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(4)
            .activation(Activation.SOFTMAX)
            .build());
    stepsLast(
        "recurrent output last",
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(4)
            .activation(Activation.SOFTMAX)
            .dataFormat(RNNFormat.NWC)
            .build());
    steps(
        "recurrent loss",
        new RnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    steps(
        "dense at each step",
        new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
        new DenseLayer.Builder().nOut(3).build(),
        new LSTM.Builder().nOut(2).activation(Activation.TANH).build());
    stepsLast(
        "time distributed",
        new TimeDistributed(
            new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.TANH).build(),
            RNNFormat.NWC));
    steps(
        "convolution at each step",
        new Convolution1DLayer.Builder(2).nOut(4).build(),
        new LSTM.Builder().nOut(3).activation(Activation.TANH).build());
    steps(
        "self attention",
        new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build());
    images(
        "locally connected",
        new LocallyConnected2D.Builder()
            .kernelSize(2, 2)
            .nOut(4)
            .activation(Activation.TANH)
            .build());
    return tests.stream();
  }
}

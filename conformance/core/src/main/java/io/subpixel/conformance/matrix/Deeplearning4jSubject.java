package io.subpixel.conformance.matrix;

import static java.util.Objects.requireNonNull;

import io.subpixel.converter.Io;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.pictures.Plane;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A Deeplearning4j network with random weights, which enlarges by a transposed convolution. */
final class Deeplearning4jSubject {
  private static final int WIDTH = 12;

  /** 2 of the first convolution, 1 of the second, 1 of the transposed one. */
  private static final int RADIUS = 4;

  private Deeplearning4jSubject() {}

  /** Makes one of scale 2; the reference is what Deeplearning4j computes itself. */
  static Subject make(String name) throws IOException {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(11)
            .weightInit(WeightInit.XAVIER)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs(Network.LR)
            .setInputTypes(InputType.convolutional(16, 16, 1))
            .addLayer("first", convolution(5, 1, Activation.LEAKYRELU), Network.LR)
            .addLayer("second", convolution(3, WIDTH, Activation.TANH), "first")
            .addLayer(
                Network.SR,
                new Deconvolution2D.Builder(4, 4)
                    .stride(2, 2)
                    .nIn(WIDTH)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build(),
                "second")
            .setOutputs(Network.SR)
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    Deeplearning4jNetwork network =
        Deeplearning4jNetwork.of(graph).withInputShape(Network.LR, -1, 1, -1, -1);
    SameDiff translated = network.toSameDiff();
    long parameters = graph.numParams();
    long macs = 25L * WIDTH + 9L * WIDTH * WIDTH + 16L * WIDTH;
    ModelCard card = Subjects.randomCard(name, 2, Colour.Y, RADIUS, parameters, macs);
    return new Subject(
        card,
        "random weights: Deeplearning4j, LeakyReLU and tanh, transposed convolution",
        "Deeplearning4j",
        reference(network),
        Subjects.exported(translated, card, Io.PLAIN),
        Subjects.exported(translated, card, Io.RGB8));
  }

  private static ConvolutionLayer convolution(int kernel, int in, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nIn(in)
        .nOut(WIDTH)
        .activation(activation)
        .build();
  }

  private static PixelPath.Network reference(Deeplearning4jNetwork network) {
    return lr -> {
      INDArray input =
          Nd4j.createFromArray(lr[0].values()).reshape(1, 1, lr[0].height(), lr[0].width());
      INDArray sr = requireNonNull(network.activations(Map.of(Network.LR, input)).get(Network.SR));
      return new Plane[] {
        new Plane((int) sr.size(3), (int) sr.size(2), sr.dup('c').data().asFloat())
      };
    };
  }
}

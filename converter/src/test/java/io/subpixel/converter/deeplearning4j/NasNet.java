package io.subpixel.converter.deeplearning4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/**
 * NASNet-A from <a href="https://arxiv.org/abs/1707.07012">Zoph et al.</a> for Deeplearning4j,
 * whose own can't be built. The mobile one has 4 cells in each of 3 stages, 44 filters and a stem
 * of 32.
 */
final class NasNet {
  private final GraphBuilder graph = new NeuralNetConfiguration.Builder().seed(3).graphBuilder();
  private int count;

  /** What a layer gives: how often it was halved, and its channels. */
  private record Feature(String name, int halvings, int channels) {}

  /** A cell's output, and the output of the cell before. */
  private record Pair(Feature current, @Nullable Feature previous) {}

  private NasNet() {}

  static ComputationGraphConfiguration of(int size, int cells, int filters, int stem, int classes) {
    NasNet net = new NasNet();
    net.graph.addInputs("input").setInputTypes(InputType.convolutional(size, size, 3));
    Feature image = new Feature("input", 0, 3);
    Feature first = net.norm(net.convolution(image, 3, 2, stem, ConvolutionMode.Truncate));
    Pair pair = new Pair(first, null);
    pair = net.reduction(pair, filters / 4);
    pair = net.reduction(pair, filters / 2);
    for (int stage = 0; stage < 3; stage++) {
      int width = filters << stage;
      if (stage > 0) {
        pair = net.reduction(pair, width);
      }
      for (int cell = 0; cell < cells; cell++) {
        pair = net.normal(pair, width);
      }
    }
    net.graph
        .addLayer("avg_pool", new GlobalPoolingLayer(PoolingType.AVG), net.relu(pair.current).name)
        .addLayer(
            "output",
            new OutputLayer.Builder().nOut(classes).activation(Activation.SOFTMAX).build(),
            "avg_pool")
        .setOutputs("output");
    return net.graph.build();
  }

  private Pair normal(Pair pair, int filters) {
    Feature p = adjusted(pair, filters);
    Feature h = norm(convolution(relu(pair.current), 1, 1, filters, ConvolutionMode.Same));
    Feature one = sum(separable(h, 5, 1, filters), separable(p, 3, 1, filters));
    Feature two = sum(separable(p, 5, 1, filters), separable(p, 3, 1, filters));
    Feature three = sum(pool(h, PoolingType.AVG, 1), p);
    Feature four = sum(pool(p, PoolingType.AVG, 1), pool(p, PoolingType.AVG, 1));
    Feature five = sum(separable(h, 3, 1, filters), h);
    return new Pair(merge(p, one, two, three, four, five), pair.current);
  }

  private Pair reduction(Pair pair, int filters) {
    Feature p = adjusted(pair, filters);
    Feature h = norm(convolution(relu(pair.current), 1, 1, filters, ConvolutionMode.Same));
    Feature one = sum(separable(h, 5, 2, filters), separable(p, 7, 2, filters));
    Feature two = sum(pool(h, PoolingType.MAX, 2), separable(p, 7, 2, filters));
    Feature three = sum(pool(h, PoolingType.AVG, 2), separable(p, 5, 2, filters));
    Feature four = sum(pool(one, PoolingType.AVG, 1), two);
    Feature five = sum(separable(one, 3, 1, filters), pool(h, PoolingType.MAX, 2));
    return new Pair(merge(two, three, four, five), pair.current);
  }

  /** The cell before, of this one's size and width. */
  private Feature adjusted(Pair pair, int filters) {
    Feature p = pair.previous == null ? pair.current : pair.previous;
    if (p.halvings < pair.current.halvings) {
      Feature x = relu(p);
      Feature left = convolution(halved(x), 1, 1, filters / 2, ConvolutionMode.Same);
      Feature padded = add(new ZeroPaddingLayer(0, 1, 0, 1), x, x.halvings, x.channels);
      Feature shifted = add(new Cropping2D(1, 0, 1, 0), padded, x.halvings, x.channels);
      Feature right =
          convolution(halved(shifted), 1, 1, filters - filters / 2, ConvolutionMode.Same);
      return norm(merge(left, right));
    } else if (p.channels != filters) {
      return norm(convolution(relu(p), 1, 1, filters, ConvolutionMode.Same));
    }
    return p;
  }

  private Feature halved(Feature x) {
    return add(
        new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(1, 1).stride(2, 2).build(),
        x,
        x.halvings + 1,
        x.channels);
  }

  private Feature separable(Feature x, int kernel, int stride, int filters) {
    Feature once = norm(depthwise(relu(x), kernel, stride, filters));
    return norm(depthwise(relu(once), kernel, 1, filters));
  }

  private Feature depthwise(Feature x, int kernel, int stride, int filters) {
    return add(
        new SeparableConvolution2D.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(filters)
            .hasBias(false)
            .convolutionMode(ConvolutionMode.Same)
            .build(),
        x,
        x.halvings + stride / 2,
        filters);
  }

  private Feature convolution(
      Feature x, int kernel, int stride, int filters, ConvolutionMode mode) {
    return add(
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(filters)
            .hasBias(false)
            .convolutionMode(mode)
            .build(),
        x,
        x.halvings + stride / 2,
        filters);
  }

  private Feature pool(Feature x, PoolingType type, int stride) {
    return add(
        new SubsamplingLayer.Builder(type)
            .kernelSize(3, 3)
            .stride(stride, stride)
            .convolutionMode(ConvolutionMode.Same)
            .build(),
        x,
        x.halvings + stride / 2,
        x.channels);
  }

  private Feature relu(Feature x) {
    return add(new ActivationLayer(Activation.RELU), x, x.halvings, x.channels);
  }

  private Feature norm(Feature x) {
    return add(new BatchNormalization.Builder().eps(1e-3).build(), x, x.halvings, x.channels);
  }

  private Feature add(
      org.deeplearning4j.nn.conf.layers.Layer layer, Feature x, int halvings, int channels) {
    String name = layer.getClass().getSimpleName() + count++;
    graph.addLayer(name, layer, x.name);
    return new Feature(name, halvings, channels);
  }

  private Feature sum(Feature one, Feature other) {
    String name = "sum" + count++;
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), one.name, other.name);
    return new Feature(name, one.halvings, one.channels);
  }

  private Feature merge(Feature... parts) {
    String name = "merge" + count++;
    int channels = 0;
    String[] names = new String[parts.length];
    for (int i = 0; i < parts.length; i++) {
      names[i] = parts[i].name;
      channels += parts[i].channels;
    }
    graph.addVertex(name, new MergeVertex(), names);
    return new Feature(name, parts[0].halvings, channels);
  }
}

package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/** A Deeplearning4j network with random coefficients beside what it was translated to. */
final class Comparison {
  private Comparison() {}

  /** Gives every coefficient a value that its layer can't do without. */
  static void randomize(Map<String, INDArray> parameters, long seed) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    parameters.forEach(
        (name, array) -> {
          String key = name.substring(name.lastIndexOf('_') + 1);
          INDArray normal = normal(random, array.shape()).castTo(array.dataType());
          switch (key) {
            case "var", "gamma" -> array.assign(normal.mul(0.1).add(1));
            case "log10stdev" -> array.assign(normal.mul(0.1));
            case "mean", "beta", "b", "bF", "bB", "fb", "bb" -> array.assign(normal.mul(0.1));
            default -> {
              if (array.maxNumber().doubleValue() == array.minNumber().doubleValue()) {
                array.assign(normal.mul(0.3));
              }
            }
          }
        });
  }

  /** Weights that keep the size of what flows through, whatever the network's own would do. */
  static void initialize(Map<String, INDArray> parameters) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(3);
    parameters.forEach(
        (name, array) -> {
          if (array.rank() >= 2 && array.size(0) > 1) {
            // Dense weights are [in,out], convolutions [out,in,...].
            double inputs =
                array.rank() == 2 ? array.size(0) : (double) array.length() / array.size(0);
            array.assign(normal(random, array.shape()).mul(Math.sqrt(2 / inputs)));
          }
        });
  }

  /** Scales the last weights so that a softmax behind them is neither flat nor all or nothing. */
  static void moderate(
      Map<String, INDArray> parameters,
      int classes,
      Deeplearning4jNetwork network,
      INDArray input) {
    List<String> layers = network.layers();
    INDArray features =
        network
            .activations(Map.of(network.inputs().get(0), input))
            .get(layers.get(layers.size() - 2));
    double norm = Objects.requireNonNull(features).norm2Number().doubleValue();
    double typical = norm / Math.sqrt((double) features.length());
    for (INDArray array : parameters.values()) {
      if (array.rank() == 2 && array.size(1) == classes) {
        double spread = array.norm2Number().doubleValue() / Math.sqrt((double) classes);
        array.muli(1 / (typical * spread));
      }
    }
  }

  private static INDArray normal(Random random, long... shape) {
    return random.nextGaussian(shape);
  }

  static INDArray random(long seed, long... shape) {
    return normal(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape);
  }

  /** What both give for every layer, and how far apart they are. */
  record Result(
      List<String> outputNames, Map<String, INDArray> expected, Map<String, INDArray> actual) {
    Map<String, INDArray> outputs() {
      return outputNames.stream().collect(Collectors.toMap(name -> name, this::output));
    }

    /** The largest difference of any layer, relative to the largest value of that layer. */
    double largest() {
      return expected.keySet().stream().mapToDouble(this::of).max().orElseThrow();
    }

    INDArray output(String layer) {
      return Objects.requireNonNull(expected.get(layer));
    }

    double of(String layer) {
      INDArray one = output(layer);
      INDArray other = Objects.requireNonNull(actual.get(layer));
      assertThat(other.shape()).as("shape of %s", layer).isEqualTo(one.shape());
      double largest = one.amaxNumber().doubleValue();
      double difference = one.sub(other).amaxNumber().doubleValue();
      assertThat(difference).as("difference of %s", layer).isNotNaN();
      return difference / Math.max(largest, 1e-30);
    }

    Result assertWithin(double tolerance) {
      for (String layer : expected.keySet()) {
        assertThat(of(layer)).as("relative difference of %s", layer).isLessThan(tolerance);
      }
      return this;
    }
  }

  static Result compare(Deeplearning4jNetwork network, Map<String, INDArray> inputs)
      throws Exception {
    SameDiff graph = network.toSameDiff();
    Map<String, INDArray> expected = network.activations(inputs);
    Map<String, INDArray> copies = new LinkedHashMap<>();
    inputs.forEach((name, array) -> copies.put(name, array.dup()));
    Map<String, INDArray> actual = graph.output(copies, List.copyOf(expected.keySet()));
    return new Result(network.outputs(), expected, actual);
  }

  /**
   * All layers, and the network's own output beside the layers run one by one.
   *
   * @param sized whether the translation is told the inputs' sizes
   */
  static Result compare(MultiLayerNetwork network, INDArray input, boolean sized) throws Exception {
    randomize(network.paramTable(), 7);
    return compare(
        Deeplearning4jNetwork.of(network),
        sized,
        new INDArray[] {network.output(input.dup())},
        input);
  }

  /** As above. */
  static Result compare(ComputationGraph network, boolean sized, INDArray... inputs)
      throws Exception {
    randomize(network.paramTable(), 7);
    INDArray[] copies = Stream.of(inputs).map(INDArray::dup).toArray(INDArray[]::new);
    return compare(Deeplearning4jNetwork.of(network), sized, network.output(copies), inputs);
  }

  private static Result compare(
      Deeplearning4jNetwork network, boolean sized, INDArray[] outputs, INDArray... inputs)
      throws Exception {
    Deeplearning4jNetwork told = network;
    Map<String, INDArray> named = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      String name = network.inputs().get(i);
      named.put(name, inputs[i]);
      long[] shape = inputs[i].shape().clone();
      shape[0] = -1;
      told = sized ? told.withInputShape(name, shape) : told;
    }
    Result result = compare(told, named);
    for (int i = 0; i < outputs.length; i++) {
      assertSame(outputs[i], result.output(network.outputs().get(i)));
    }
    return result;
  }

  private static void assertSame(INDArray one, INDArray other) {
    double largest = Math.max(one.amaxNumber().doubleValue(), 1e-30);
    assertThat(one.sub(other).amaxNumber().doubleValue() / largest)
        .as("Deeplearning4j's output beside its layers one by one")
        .isLessThan(1e-5);
  }
}

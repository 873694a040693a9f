package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private static INDArray normal(Random random, long... shape) {
    return random.nextGaussian(shape);
  }

  static INDArray random(long seed, long... shape) {
    return normal(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape);
  }

  /** What both give for every layer, and how far apart they are. */
  record Result(Map<String, INDArray> expected, Map<String, INDArray> actual) {
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
    return new Result(expected, actual);
  }

  /** All layers, and the network's own output beside the layers run one by one. */
  static Result compare(MultiLayerNetwork network, INDArray input) throws Exception {
    randomize(network.paramTable(), 7);
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    Result result = compare(read, Map.of(read.inputs().get(0), input));
    assertSame(network.output(input.dup()), result.output(read.outputs().get(0)));
    return result;
  }

  /** As above. */
  static Result compare(ComputationGraph network, INDArray... inputs) throws Exception {
    randomize(network.paramTable(), 7);
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    Map<String, INDArray> named = new LinkedHashMap<>();
    INDArray[] copies = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      named.put(read.inputs().get(i), inputs[i]);
      copies[i] = inputs[i].dup();
    }
    Result result = compare(read, named);
    INDArray[] outputs = network.output(copies);
    for (int i = 0; i < outputs.length; i++) {
      assertSame(outputs[i], result.output(read.outputs().get(i)));
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

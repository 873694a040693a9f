package io.subpixel.conformance.benchmark;

import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * PyTorch's step on the CPU, in a long-lived process, so that the parties can take turns. It trains
 * the exported, collapsed network.
 */
final class PytorchTraining implements Contender {
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final String SCRIPT = "training_step.py";

  /** One call of the network, by SameDiff's name of the operator. */
  private record Operation(
      String operator, List<String> inputs, String output, @Nullable Double argument) {}

  /** An array, row by row, as base64 of little-endian floats. */
  private record Values(List<Long> shape, String values) {}

  /** What the script needs before it trains. */
  private record Setup(
      int threads,
      double learningRate,
      Values lr,
      Values hr,
      Map<String, Values> weights,
      List<Operation> operations) {}

  private final PythonScript script;
  private final boolean collapsed;
  private final String version;

  /**
   * Starts the process, which {@link #close} ends.
   *
   * @throws IOException if it can't be started or fails
   */
  PytorchTraining(Task task, Python pytorch, int threads) throws IOException {
    Network network = Network.select(task.build().graph(), List.of(), List.of());
    collapsed = !network.folded().isEmpty();
    script = new PythonScript(pytorch, SCRIPT, threads);
    try {
      version = script.ask(setup(task, network, threads)).path("version").asString();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "PyTorch " + version;
  }

  /** Whether it trains the collapsed network, which has fewer weights than the graph. */
  boolean isCollapsed() {
    return collapsed;
  }

  @Override
  public Turn steps(int count) throws IOException {
    return turn(Map.of("steps", count));
  }

  /**
   * Its first steps, by the form of Adam that ND4J has, the one at the end of section 2 of the
   * paper (arXiv 1412.6980): epsilon lies beside the second moment before its bias is corrected.
   */
  Turn firstStepsLikeNd4j(int count) throws IOException {
    List<Double> epsilons = new ArrayList<>();
    for (int t = 1; t <= count; t++) {
      epsilons.add(EPSILON / Math.sqrt(1 - Math.pow(BETA2, t)));
    }
    return turn(Map.of("steps", count, "epsilons", epsilons));
  }

  private Turn turn(Map<String, Object> request) throws IOException {
    JsonNode answer = script.ask(request);
    return new Turn(numbers(answer.path("milliseconds")), numbers(answer.path("losses")));
  }

  @Override
  public Map<String, float[]> weights() throws IOException {
    Map<String, float[]> weights = new LinkedHashMap<>();
    script
        .ask(Map.of("weights", true))
        .path("weights")
        .properties()
        .forEach(
            weight -> {
              byte[] bytes = Base64.getDecoder().decode(weight.getValue().asString());
              float[] values = new float[bytes.length / Float.BYTES];
              ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
              weights.put(weight.getKey(), values);
            });
    return weights;
  }

  @Override
  public void close() {
    script.close();
  }

  private static Setup setup(Task task, Network network, int threads) {
    Map<String, Values> weights = new LinkedHashMap<>();
    List<Operation> operations = new ArrayList<>();
    for (Node node : network.nodes()) {
      for (String input : node.inputs()) {
        network
            .stored(input)
            .ifPresent(
                array ->
                    weights.put(input, values(array.shape(), array.dup('c').data().asFloat())));
      }
      Double argument =
          switch (node.operator()) {
            case "leakyrelu" -> node.scalar();
            case "depth_to_space" -> (double) node.integers()[0];
            default -> null;
          };
      operations.add(new Operation(node.operator(), node.inputs(), node.output(), argument));
    }
    return new Setup(
        threads,
        Task.LEARNING_RATE,
        values(task.lrShape(), task.lr()),
        values(task.hrShape(), task.hr()),
        weights,
        operations);
  }

  private static Values values(long[] shape, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Values(
        Arrays.stream(shape).boxed().toList(), Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}

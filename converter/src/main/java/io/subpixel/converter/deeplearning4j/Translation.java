package io.subpixel.converter.deeplearning4j;

import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One network on its way to SameDiff. Used once. */
final class Translation {
  private static final String GIVE_SHAPES = "give the inputs' shapes";

  private static final Refusal CONTRADICTORY =
      new Refusal(
          "settings that are missing or contradict each other",
          "check that Deeplearning4j runs it");

  private final Topology topology;
  private final Map<String, long[]> shapes;
  private final Translators translators;
  private final SameDiff graph = SameDiff.create();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Mask> masks = new HashMap<>();
  private final Set<String> masked;
  private final List<Problem> problems = new ArrayList<>();

  private Translation(
      Topology topology, Map<String, long[]> shapes, Set<String> masked, Translators translators) {
    this.topology = topology;
    this.shapes = shapes;
    this.masked = masked;
    this.translators = translators;
  }

  /**
   * Translates a network.
   *
   * @param shapes of all inputs
   * @param masked names of the inputs that have a mask
   */
  static SameDiff of(
      Topology topology, Map<String, long[]> shapes, Set<String> masked, Translators translators)
      throws UnsupportedModelException {
    Translation translation = new Translation(topology, shapes, masked, translators);
    topology.parts().forEach(translation::check);
    translation.throwProblems();
    translation.addInputs();
    topology.parts().forEach(translation::add);
    translation.throwProblems();
    translation.graph.setOutputs(topology.outputs());
    return translation.graph;
  }

  private void throwProblems() throws UnsupportedModelException {
    if (!problems.isEmpty()) {
      throw new UnsupportedModelException(problems);
    }
  }

  SameDiff graph() {
    return graph;
  }

  DataType dataType() {
    return topology.dataType();
  }

  Translators translators() {
    return translators;
  }

  /**
   * The shape of a variable: what stays the same when two inputs of different sizes run through all
   * that is there so far.
   *
   * @throws Unsupported if they don't
   */
  long[] tried(SDVariable variable) {
    try {
      long[] one = run(variable, 2, 24);
      long[] other = run(variable, 3, 25);
      if (one.length == other.length) {
        return IntStream.range(0, one.length)
            .mapToLong(axis -> one[axis] == other[axis] ? one[axis] : Value.UNKNOWN)
            .toArray();
      }
    } catch (RuntimeException e) {
      throw new Unsupported("a result of unknown shape, as a try of it failed", GIVE_SHAPES);
    }
    throw new Unsupported("a result whose number of axes isn't fixed", GIVE_SHAPES);
  }

  private long[] run(SDVariable variable, long examples, long unknown) {
    Map<String, INDArray> fed = new HashMap<>();
    for (SDVariable placeholder : graph.variables()) {
      if (placeholder.isPlaceHolder()) {
        long[] shape = placeholder.getShape().clone();
        for (int axis = 0; axis < shape.length; axis++) {
          shape[axis] = shape[axis] >= 0 ? shape[axis] : axis == 0 ? examples : unknown;
        }
        fed.put(placeholder.name(), Nd4j.ones(placeholder.dataType(), shape));
      }
    }
    return graph.outputSingle(fed, variable.name()).shape();
  }

  Value firstInput() {
    return value(topology.inputs().get(0));
  }

  Optional<Mask> maskOf(@Nullable String input) {
    return Optional.ofNullable(masks.get(input));
  }

  Value value(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new Unsupported("an input that is not there: " + name, "connect it");
    }
    return value;
  }

  private void check(Topology.Part part) {
    try {
      part.check(translators).ifPresent(refusal -> report(part, refusal));
    } catch (Unsupported e) {
      report(part, e.refusal());
    } catch (RuntimeException e) {
      reportFailure(part, e);
    }
  }

  /**
   * Configurations come from files: what Deeplearning4j, ND4J or a user's class doesn't take is the
   * configuration's fault, what fails here is ours.
   */
  private void reportFailure(Topology.Part part, RuntimeException failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    // HotSpot leaves the trace out of what is thrown often: better ours than called the user's.
    boolean isOurs =
        trace.length == 0
            || Stream.of(trace)
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .filter(name -> name.startsWith(Translation.class.getPackageName() + "."))
                .isPresent();
    if (isOurs) {
      throw new BrokenTranslatorException(part, failure);
    }
    report(part, CONTRADICTORY);
  }

  private void report(Topology.Part part, Refusal refusal) {
    problems.add(new Problem(part.name(), part.kind(), refusal.reason(), refusal.help()));
  }

  private void addInputs() {
    for (String input : topology.inputs()) {
      long[] shape = shapes.get(input);
      if (shape == null) {
        problems.add(
            new Problem(
                input, "input", "its rank isn't in the configuration", "give the input's shape"));
      } else {
        Value value = Value.of(graph.placeHolder(input, dataType(), shape.clone()), shape);
        if (masked.contains(input)) {
          masks.put(input, mask(input, shape));
        }
        values.put(input, value.masked(Optional.ofNullable(masks.get(input))));
      }
    }
  }

  private Mask mask(String input, long... shape) {
    int time = shape.length == 2 || topology.isChannelsLast(input) ? 1 : 2;
    String name = Deeplearning4jNetwork.maskOf(input);
    SDVariable given = graph.placeHolder(name, DataType.BOOL, shape[0], shape[time]);
    return new Mask(graph.stack(1, given.castTo(dataType())), false);
  }

  private void add(Topology.Part part) {
    List<Value> inputs = new ArrayList<>();
    for (String read : part.reads()) {
      Value value = values.get(read);
      if (value == null) {
        return; // What it reads was a problem already.
      }
      inputs.add(value);
    }
    try {
      NameScope names = graph.withNameScope(part.name());
      Value value;
      try {
        value =
            part.translate(translators, new Scope(this, part.name(), inputs, part.parameters()));
      } finally {
        names.close();
      }
      values.put(part.name(), named(value, part.name()));
    } catch (Unsupported e) {
      report(part, e.refusal());
    } catch (RuntimeException e) {
      reportFailure(part, e);
    }
  }

  /** Gives the part's variable the part's name. */
  private Value named(Value value, String name) {
    SDVariable variable = value.variable();
    if (graph.hasVariable(name)) {
      graph.renameVariable(name, name + "/other");
    }
    String found = variable.name();
    boolean isNew =
        values.values().stream().noneMatch(other -> other.variable().name().equals(found));
    return value.with(isNew ? variable.rename(name) : graph.identity(name, variable));
  }
}

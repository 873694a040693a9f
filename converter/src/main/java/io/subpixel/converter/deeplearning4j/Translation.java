package io.subpixel.converter.deeplearning4j;

import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** One network on its way to SameDiff. Used once. */
final class Translation {
  private final Topology topology;
  private final Map<String, long[]> shapes;
  private final Translators translators = Translators.standard();
  private final SameDiff graph = SameDiff.create();
  private final Map<String, Value> values = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private Translation(Topology topology, Map<String, long[]> shapes) {
    this.topology = topology;
    this.shapes = shapes;
  }

  /**
   * Translates a network.
   *
   * @param shapes of all inputs
   */
  static SameDiff of(Topology topology, Map<String, long[]> shapes)
      throws UnsupportedModelException {
    Translation translation = new Translation(topology, shapes);
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

  Value firstInput() {
    return value(topology.inputs().get(0));
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
      report(
          part, new Refusal("settings that don't fit: " + e, "check that Deeplearning4j runs it"));
    }
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
        values.put(input, Value.of(graph.placeHolder(input, dataType(), shape.clone()), shape));
      }
    }
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
      // Configurations come from files: settings may be missing, or contradict each other.
      report(
          part, new Refusal("settings that don't fit: " + e, "check that Deeplearning4j runs it"));
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

package io.subpixel.trainer.internal.program;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.internal.program.Recorder.Form;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph that has run once in a SameDiff session, written down as native calls on arrays that stay
 * where they are, and run again and again. Each run skips what a session does anew every time:
 * ordering, shapes, allocation, settings. For fixed shapes and one thread.
 */
public final class GradientProgram {
  private final List<Call> calls;
  private final List<Runnable> bound = new ArrayList<>();
  private final Map<String, INDArray> arrays;
  private final Map<String, INDArray> variables;
  private final SameDiff graph;

  /**
   * Time that a part of a run takes.
   *
   * @param call the operator and its output
   * @param milliseconds of one run, or the mean of several
   */
  public record Timing(String call, double milliseconds) {}

  /**
   * Runs the graph once and writes it down.
   *
   * @param graph the graph, such as a gradient function
   * @param placeholders the arrays that every run reads its pictures from
   * @param variables the arrays that stand for the graph's variables
   * @param results the arrays that every run leaves its results in, by the names of the graph
   * @throws IllegalArgumentException if the graph has control flow or views
   */
  public GradientProgram(
      SameDiff graph,
      Map<String, INDArray> placeholders,
      Map<String, INDArray> variables,
      Map<String, INDArray> results) {
    this.graph = graph;
    this.variables = Map.copyOf(variables);
    Recorder recorder = new Recorder();
    InferenceSession session = new InferenceSession(graph);
    session.output(
        List.copyOf(results.keySet()),
        placeholders,
        null,
        List.of(),
        List.of(recorder),
        At.defaultAt(Operation.TRAINING));
    Map<String, Form> forms = recorder.forms();
    arrays = new HashMap<>(placeholders);
    arrays.putAll(results);
    for (Call call : recorder.calls()) {
      for (String input : call.inputs()) {
        forms.computeIfAbsent(input, name -> Form.of(fixed(name)));
      }
    }
    calls = Rewrites.apply(recorder.calls(), forms, placeholders.keySet(), results.keySet());
    place(forms);
  }

  /** Runs everything once. */
  public void run() {
    for (Runnable call : bound) {
      call.run();
    }
  }

  /** Runs everything once and says where the time goes, in the order of the calls. */
  public List<Timing> profile() {
    List<Timing> timings = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      Call call = calls.get(i);
      long start = System.nanoTime();
      bound.get(i).run();
      double milliseconds = (System.nanoTime() - start) / 1e6;
      timings.add(new Timing(call.operator() + " " + call.output(), milliseconds));
    }
    return timings;
  }

  /** Gives every value a place; places whose values are no longer read are taken again. */
  private void place(Map<String, Form> forms) {
    Map<String, Integer> lastReads = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      for (String input : calls.get(i).inputs()) {
        lastReads.put(input, i);
      }
    }
    Map<String, INDArray> inner = new LinkedHashMap<>();
    Map<Form, Deque<INDArray>> free = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      INDArray[] inputs = new INDArray[call.inputs().size()];
      Set<String> over = new HashSet<>();
      for (int k = 0; k < inputs.length; k++) {
        String input = call.inputs().get(k);
        inputs[k] = inner.containsKey(input) ? requireNonNull(inner.get(input)) : fixed(input);
        if (inner.containsKey(input) && requireNonNull(lastReads.get(input)) == i) {
          over.add(input);
        }
      }
      INDArray[] outputs = new INDArray[call.outputs().size()];
      for (int k = 0; k < outputs.length; k++) {
        String output = call.outputs().get(k);
        Form form = requireNonNull(forms.get(output));
        INDArray array = arrays.get(output);
        if (array == null) {
          String first = inputs.length == 0 ? "" : call.inputs().get(0);
          if (call.overwrites() && over.contains(first) && form.equals(forms.get(first))) {
            array = inputs[0];
            over.remove(first);
          } else {
            Deque<INDArray> places = free.get(form);
            array =
                places == null || places.isEmpty()
                    ? Nd4j.create(form.type(), form.shape())
                    : places.pop();
          }
          inner.put(output, array);
        }
        outputs[k] = array;
      }
      bound.add(call.binding().bind(inputs, outputs));
      for (String output : call.outputs()) {
        if (inner.containsKey(output) && !lastReads.containsKey(output)) {
          over.add(output);
        }
      }
      for (String value : over) {
        INDArray array = requireNonNull(inner.remove(value));
        free.computeIfAbsent(Form.of(array), f -> new ArrayDeque<>()).push(array);
      }
    }
  }

  private INDArray fixed(String name) {
    INDArray array = arrays.get(name);
    if (array == null) {
      array = variables.get(name);
    }
    if (array == null) {
      SDVariable variable = graph.getVariable(name);
      if (variable.getVariableType() == VariableType.ARRAY) {
        throw new IllegalStateException(name + ": expected an array, received none");
      }
      // A gradient graph has constants of its own, and calls some of them variables.
      array = variable.getArr();
    }
    return array;
  }
}

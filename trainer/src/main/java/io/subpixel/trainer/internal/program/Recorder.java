package io.subpixel.trainer.internal.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.shape.CreateView;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Assign;
import org.nd4j.linalg.api.ops.impl.transforms.same.Identity;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Watches one pass of a session and writes down which operators ran, in which order, on what. */
final class Recorder extends BaseListener {
  /** Elementwise, so that an output may take its input's place. */
  private static final Set<String> ELEMENTWISE =
      Set.of("relu", "tanh", "add", "subtract", "multiply", "maximum", "minimum");

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Form> forms = new LinkedHashMap<>();

  /** Type and shape of a value. */
  record Form(DataType type, List<Long> sides) {
    Form(DataType type, long... shape) {
      this(type, Arrays.stream(shape).boxed().collect(Collectors.toList()));
    }

    static Form of(INDArray array) {
      return new Form(array.dataType(), array.shape());
    }

    long[] shape() {
      return sides.stream().mapToLong(Long::longValue).toArray();
    }
  }

  List<Call> calls() {
    return calls;
  }

  Map<String, Form> forms() {
    return forms;
  }

  @Override
  public boolean isActive(Operation operation) {
    return true;
  }

  @Override
  public void opExecution(
      SameDiff sd,
      At at,
      MultiDataSet batch,
      SameDiffOp op,
      OpContext context,
      INDArray[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      forms.put(op.getOutputsOfOp().get(i), Form.of(outputs[i]));
    }
    DifferentialFunction function = op.getOp();
    String name = function.opName();
    Call.Binding binding;
    if (function instanceof Identity) {
      binding = Bindings.copy();
    } else if (function instanceof CreateView || function instanceof Assign) {
      throw unsupported(name);
    } else if (function instanceof DynamicCustomOp custom) {
      binding = Bindings.custom(custom);
    } else if (function instanceof Op legacy && op.getInputsToOp().size() <= 2) {
      binding = Bindings.legacy(legacy);
    } else {
      throw unsupported(name);
    }
    calls.add(
        new Call(
            name,
            function,
            op.getInputsToOp(),
            op.getOutputsOfOp(),
            ELEMENTWISE.contains(name),
            binding));
  }

  private static IllegalArgumentException unsupported(String operator) {
    return new IllegalArgumentException(
        "training: expected operators without control flow or views, received " + operator);
  }
}

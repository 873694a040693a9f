package io.subpixel.converter.internal.verification;

import io.subpixel.converter.internal.source.ControlDependencies;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.internal.source.OperatorSwaps;
import io.subpixel.converter.source.NetworkFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/** What an export is compared with: the network in SameDiff, and what that was made of. */
final class Reference {
  /** Hands every operator copies, as some of SameDiff's write into what they read. */
  private static final class Copying extends BaseListener {
    @Override
    public boolean isActive(Operation operation) {
      return true;
    }

    @Override
    public void preOpExecution(
        SameDiff network, At at, SameDiffOp op, @Nullable OpContext context) {
      // Frames and switches of loops have none, and change nothing.
      if (context == null) {
        return;
      }
      List<INDArray> inputs = context.getInputArrays();
      for (int i = 0; i < inputs.size(); i++) {
        if (inputs.get(i) != null && !inputs.get(i).isEmpty()) {
          context.setInputArray(i, inputs.get(i).dup());
        }
      }
    }
  }

  private final SameDiff sameDiff;
  private final Original original;
  private final List<String> wanted;

  /**
   * Prepares.
   *
   * @param wanted names of all that is to be computed
   */
  Reference(Network network, Original original, List<String> wanted) {
    this.sameDiff = graph(network);
    this.original = original;
    this.wanted = List.copyOf(wanted);
  }

  /** The caller's graph, or a copy of it if it has to be changed, which they must not notice. */
  private static SameDiff graph(Network network) {
    boolean feedsVariables =
        network.inputs().stream()
            .anyMatch(name -> !network.sameDiff().getVariable(name).isPlaceHolder());
    boolean dropsOut =
        network.nodes().stream().anyMatch(node -> OperatorSwaps.dropsOut(node.function()));
    boolean isChecked = !new ControlDependencies(network.sameDiff()).checks().isEmpty();
    if (!feedsVariables && !dropsOut && !isChecked) {
      return network.sameDiff();
    }
    SameDiff copy = NetworkFile.copy(network.sameDiff());
    OperatorSwaps.keepAll(copy);
    // SameDiff ends where an assertion fails; the export has none.
    ControlDependencies.dropChecks(copy);
    return copy;
  }

  /**
   * Computes all that is wanted.
   *
   * @param onCopies whether every operator gets copies of what it reads
   * @throws RuntimeException if the network refuses the inputs
   */
  Map<String, Tensor> compute(Map<String, Tensor> inputs, boolean onCopies) {
    Map<String, INDArray> placeholders = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          if (sameDiff.getVariable(name).isPlaceHolder()) {
            placeholders.put(name, tensor.toArray());
          } else {
            sameDiff.getVariable(name).setArray(tensor.toArray());
          }
        });
    List<Listener> before = List.copyOf(sameDiff.getListeners());
    Map<String, INDArray> computed;
    try {
      if (onCopies) {
        sameDiff.addListeners(new Copying());
      }
      computed = compute(placeholders);
    } finally {
      sameDiff.setListeners(new ArrayList<>(before));
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    computed.forEach((name, array) -> results.put(name, Tensor.of(array)));
    Map<String, INDArray> copies = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> copies.put(name, tensor.toArray()));
    original.compute(copies).forEach((name, array) -> results.replace(name, Tensor.of(array)));
    return results;
  }

  private Map<String, INDArray> compute(Map<String, INDArray> placeholders) {
    // A session keeps what a branch gave that isn't taken any more.
    sameDiff.getSessions().clear();
    try {
      return sameDiff.output(placeholders, wanted);
    } catch (RuntimeException e) {
      return computeWithoutHelpers(placeholders, e);
    }
  }

  // ND4J M2.1 can't run dilated convolutions in oneDNN; its own code, slower, can.
  private Map<String, INDArray> computeWithoutHelpers(
      Map<String, INDArray> placeholders, RuntimeException failure) {
    Environment environment = Nd4j.getEnvironment();
    if (!environment.helpersAllowed()) {
      throw failure;
    }
    environment.allowHelpers(false);
    try {
      return sameDiff.output(placeholders, wanted);
    } finally {
      environment.allowHelpers(true);
    }
  }
}

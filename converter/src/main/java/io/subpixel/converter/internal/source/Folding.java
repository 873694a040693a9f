package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseIndexAccumulation;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.TransformOp;
import org.nd4j.linalg.api.ops.random.BaseRandomOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes what depends on stored arrays alone. Networks come from files of strangers and native
 * code trusts its arguments: what could crash it or fill the memory isn't computed, and stays in
 * the network to be converted like any other operation.
 */
final class Folding {
  /** Elements of a result, unless the operation reads as many: 256 MB of float32. */
  private static final long MOST_ELEMENTS = 1 << 26;

  private static final Set<String> RANDOM = Set.of("random", "dropout", "alpha_drop");

  /**
   * Parts of the names of operators that divide by their arguments, or that write and read where
   * their inputs say.
   */
  private static final List<String> TRUSTING =
      List.of(
          "conv",
          "pool",
          "im2col",
          "col2im",
          "space",
          "upsampling",
          "patches",
          "dilation",
          "lstm",
          "gru",
          "sru",
          "segment",
          "scatter",
          "gather_nd",
          "invert_perm",
          "dynamic_",
          "bincount",
          "histogram",
          "confusion",
          "reverse_sequence",
          "embedding",
          "resize",
          "crop",
          "suppression",
          "_list",
          "list_",
          "decode",
          "hashcode",
          "ctc_",
          "barnes",
          "knn_",
          "skipgram",
          "cbow",
          "_bp");

  /** Operators that run others, for as long as these say. */
  private static final Set<String> CONTROLLING =
      Set.of(
          "enter",
          "exit",
          "merge",
          "switch",
          "next_iteration",
          "loop_cond",
          "while",
          "if",
          "invoke");

  /** Starts of the names of operators whose whole numbers are axes. */
  private static final List<String> WITH_AXES =
      List.of(
          "permute",
          "transpose",
          "concat",
          "stack",
          "parallel_stack",
          "unstack",
          "expand_dims",
          "squeeze",
          "gather",
          "reverse",
          "cumsum",
          "cumprod",
          "softmax",
          "log_softmax",
          "reduce_",
          "argm",
          "sum",
          "mean",
          "prod",
          "std",
          "var",
          "all",
          "any",
          "size_at",
          "moments");

  private final SameDiff sameDiff;
  private final Set<String> fed;
  private final Map<String, INDArray> arrays = new LinkedHashMap<>();
  private final List<Node> folded = new ArrayList<>();

  /**
   * Starts.
   *
   * @param fed names of the inputs, which aren't stored
   */
  Folding(SameDiff sameDiff, List<String> fed) {
    this.sameDiff = sameDiff;
    this.fed = new HashSet<>(fed);
  }

  /** Computes as many of these as it can; {@link #folded()} are in their order. */
  void run(List<Node> sorted) {
    Set<Node> left = new LinkedHashSet<>(sorted);
    Set<Node> done = new HashSet<>();
    boolean isComplete = false;
    while (!isComplete) {
      // All at once that read only what is known: SameDiff starts from the stored arrays each time.
      List<Node> ready = left.stream().filter(this::isKnown).toList();
      left.removeAll(ready);
      List<Node> safe = ready.stream().filter(this::isSafe).toList();
      if (!compute(safe, done) && safe.size() > 1) {
        safe.forEach(node -> compute(List.of(node), done));
      }
      isComplete = ready.isEmpty();
    }
    sorted.stream().filter(done::contains).forEach(folded::add);
  }

  /** What was computed. */
  List<Node> folded() {
    return folded;
  }

  /** The results by name. */
  Map<String, INDArray> arrays() {
    return arrays;
  }

  private boolean compute(List<Node> nodes, Set<Node> done) {
    if (nodes.isEmpty()) {
      return true;
    }
    try {
      List<String> outputs = nodes.stream().flatMap(node -> node.outputs().stream()).toList();
      Map<String, INDArray> results = sameDiff.output(Map.of(), outputs);
      // What waits for a switch isn't computed, and isn't missed.
      boolean isWhole = results.keySet().containsAll(outputs);
      if (isWhole) {
        arrays.putAll(results);
        done.addAll(nodes);
      }
      return isWhole;
    } catch (RuntimeException | OutOfMemoryError e) {
      // The converter says what is wrong with it, or finds that nothing is.
      return false;
    }
  }

  private boolean isKnown(Node node) {
    return node.inputs().stream().allMatch(name -> find(name).isPresent());
  }

  private Optional<INDArray> find(String name) {
    INDArray array = arrays.get(name);
    if (array != null || fed.contains(name)) {
      return Optional.ofNullable(array);
    }
    SDVariable variable = sameDiff.getVariable(name);
    boolean isStored =
        variable != null
            && (variable.getVariableType() == VariableType.VARIABLE
                || variable.getVariableType() == VariableType.CONSTANT);
    return isStored ? Optional.ofNullable(variable.getArr()) : Optional.empty();
  }

  private boolean isSafe(Node node) {
    List<INDArray> inputs = node.inputs().stream().map(name -> find(name).orElseThrow()).toList();
    DifferentialFunction function = node.function();
    String operator = node.operator();
    if (function instanceof BaseRandomOp
        || RANDOM.stream().anyMatch(operator::startsWith)
        || CONTROLLING.contains(operator.toLowerCase(Locale.ROOT))
        || TRUSTING.stream().anyMatch(operator::contains)
        || Divisions.trap(node, inputs).isPresent()
        || (inputs.stream().anyMatch(INDArray::isEmpty) && !joinsVectors(node, inputs))) {
      return false;
    }
    try {
      if (function instanceof DynamicCustomOp custom) {
        return hasAxes(node, inputs) && hasIndices(node, inputs) && isSmall(custom, inputs);
      }
      return !(function instanceof CustomOp) && function instanceof Op && isSafe(function, inputs);
    } catch (RuntimeException | OutOfMemoryError e) {
      return false;
    }
  }

  /** Whether empty ones are only left out. */
  private static boolean joinsVectors(Node node, List<INDArray> inputs) {
    return node.operator().equals("concat")
        && inputs.stream().allMatch(one -> one.rank() <= 1)
        && inputs.stream().anyMatch(one -> one.rank() == 1 && !one.isEmpty());
  }

  /** Operators from before libnd4j's custom ones, which don't look at their arguments. */
  private static boolean isSafe(DifferentialFunction function, List<INDArray> inputs) {
    if (inputs.isEmpty()) {
      return false;
    }
    INDArray first = inputs.get(0);
    if (function instanceof BaseReduceOp || function instanceof BaseIndexAccumulation) {
      int[] axes = function.getDimensions() == null ? new int[0] : function.getDimensions();
      boolean isInside =
          Arrays.stream(axes)
              .allMatch(axis -> axis == Integer.MAX_VALUE || isAxis(axis, first.rank()));
      return isInside
          && (inputs.size() == 1 || (inputs.size() == 2 && areAxes(inputs.get(1), first.rank())));
    } else if (function instanceof ScalarOp) {
      return inputs.size() == 1;
    }
    return function instanceof TransformOp
        && inputs.size() <= 2
        && inputs.stream().allMatch(one -> Arrays.equals(one.shape(), first.shape()));
  }

  private static boolean hasAxes(Node node, List<INDArray> inputs) {
    if (WITH_AXES.stream().noneMatch(node.operator()::startsWith) || inputs.isEmpty()) {
      return true;
    }
    int rank = 1 + inputs.stream().mapToInt(INDArray::rank).max().orElse(0);
    long[] axes = node.integers();
    boolean isInside = Arrays.stream(axes).allMatch(axis -> isAxis(axis, rank));
    boolean isPermutation =
        !node.operator().startsWith("permute")
            || axes.length == 0
            || Arrays.equals(
                Arrays.stream(axes).sorted().toArray(),
                LongStream.range(0, inputs.get(0).rank()).toArray());
    boolean readsAxes =
        inputs.size() == 2
            && inputs.get(1).dataType().isIntType()
            && !node.operator().startsWith("concat")
            && !node.operator().startsWith("stack")
            && !node.operator().startsWith("gather");
    return isInside && isPermutation && (!readsAxes || areAxes(inputs.get(1), rank));
  }

  private static boolean areAxes(INDArray axes, int rank) {
    return axes.length() <= rank
        && IntStream.range(0, (int) axes.length())
            .allMatch(i -> isAxis(axes.ravel().getLong(i), rank));
  }

  private static boolean isAxis(long axis, int rank) {
    return axis >= -rank && axis < Math.max(1, rank);
  }

  /** Indices out of range would be read from somewhere in memory. */
  private static boolean hasIndices(Node node, List<INDArray> inputs) {
    if (!node.operator().equals("gather")) {
      return true;
    } else if (inputs.size() < 2 || inputs.size() > 3 || inputs.get(0).rank() == 0) {
      return false;
    }
    long axis = inputs.size() == 3 ? inputs.get(2).getLong(0) : node.integer(0, 0);
    INDArray data = inputs.get(0);
    INDArray indices = inputs.get(1);
    if (!isAxis(axis, data.rank()) || !indices.dataType().isIntType()) {
      return false;
    }
    long size = data.size((int) axis);
    return indices.minNumber().longValue() >= 0 && indices.maxNumber().longValue() < size;
  }

  private static boolean isSmall(DynamicCustomOp custom, List<INDArray> inputs) {
    long read = inputs.stream().mapToLong(INDArray::length).max().orElse(0);
    long most = Math.max(MOST_ELEMENTS, read);
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < inputs.size(); i++) {
      context.setInputArray(i, inputs.get(i));
    }
    context.setIArguments(custom.iArgs());
    context.setTArguments(custom.tArgs());
    context.setBArguments(custom.bArgs());
    context.setDArguments(custom.dArgs());
    List<LongShapeDescriptor> shapes = custom.calculateOutputShape(context);
    return shapes != null
        && !shapes.isEmpty()
        && shapes.stream().allMatch(shape -> isAtMost(shape.getShape(), most));
  }

  private static boolean isAtMost(long[] sizes, long most) {
    return Arrays.stream(sizes).allMatch(size -> size >= 0)
        && Arrays.stream(sizes).reduce(1, Math::multiplyExact) <= most;
  }
}

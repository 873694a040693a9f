package io.subpixel.converter;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.zoo.ModelCard;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to export, and how. Immutable; start from {@link #DEFAULT}: the default inputs and outputs,
 * a plain model of opset 17 in the network's own types, no card, verified within 1e-5.
 *
 * @since 0.1
 */
public final class ExportOptions {
  /** Where every choice is the usual one. */
  public static final ExportOptions DEFAULT = new ExportOptions();

  private static final double HALF_TOLERANCE = 1e-2;

  private List<String> inputs = List.of();
  private List<String> outputs = List.of();
  private Map<String, Shape> shapes = Map.of();
  private String name = "samediff";
  private Opset opset = Opset.DEFAULT;
  private boolean isOpsetGiven;
  private Io io = Io.PLAIN;
  private boolean half;
  private boolean masks;
  private Optional<ModelCard> card = Optional.empty();
  private boolean verify = true;
  private double tolerance = 1e-5;
  private long mostBytes = OnnxGraph.MOST_BYTES;
  private OperatorRegistry operators = StandardOperators.registry();

  private ExportOptions() {}

  private ExportOptions copy() {
    ExportOptions copy = new ExportOptions();
    copy.inputs = inputs;
    copy.outputs = outputs;
    copy.shapes = shapes;
    copy.name = name;
    copy.opset = opset;
    copy.isOpsetGiven = isOpsetGiven;
    copy.io = io;
    copy.half = half;
    copy.masks = masks;
    copy.card = card;
    copy.verify = verify;
    copy.tolerance = tolerance;
    copy.mostBytes = mostBytes;
    copy.operators = operators;
    return copy;
  }

  /**
   * With these inputs, in this order; none for the placeholders that the outputs need. A variable
   * that is named becomes an input instead of stored weights.
   */
  public ExportOptions withInputs(List<String> names) {
    ExportOptions changed = copy();
    changed.inputs = List.copyOf(names);
    return changed;
  }

  /**
   * With these outputs, in this order; none for {@code sr}, or where there is none for what a loss
   * compares with labels and what nothing reads.
   */
  public ExportOptions withOutputs(List<String> names) {
    ExportOptions changed = copy();
    changed.outputs = List.copyOf(names);
    return changed;
  }

  /**
   * With these sizes of an input, where the network doesn't say or says less.
   *
   * @param sizes -1 for unknown ones; none for a scalar
   */
  public ExportOptions withShape(String input, long... sizes) {
    List<Dim> dims =
        Arrays.stream(sizes).mapToObj(size -> size < 0 ? Dim.inferred() : Dim.of(size)).toList();
    return withShape(input, new Shape(dims));
  }

  /** The same, where unknown sizes have names; those of one name are the same size. */
  public ExportOptions withShape(String input, Shape shape) {
    ExportOptions changed = copy();
    Map<String, Shape> all = new HashMap<>(shapes);
    all.put(input, shape);
    changed.shapes = Map.copyOf(all);
    return changed;
  }

  /** With that name of the graph, unless a card names it. */
  public ExportOptions withName(String graphName) {
    ExportOptions changed = copy();
    changed.name = graphName;
    return changed;
  }

  /**
   * With that version of ONNX's operators, {@value Opset#LEAST}..{@value Opset#MOST}.
   *
   * @throws IllegalArgumentException if it can't be exported
   */
  public ExportOptions withOpset(int version) {
    ExportOptions changed = copy();
    changed.opset = Opset.of(version);
    changed.isOpsetGiven = true;
    return changed;
  }

  /** With at least that version, unless one was asked for. */
  ExportOptions withLeastOpset(int version) {
    return isOpsetGiven || version <= opset.version() ? this : withOpset(version);
  }

  /** With that form of input and output; all but {@link Io#PLAIN} need a card. */
  public ExportOptions withIo(Io form) {
    ExportOptions changed = copy();
    changed.io = form;
    return changed;
  }

  /** With weights and values of float16 where the network has float32; inputs and outputs stay. */
  public ExportOptions withHalf(boolean wanted) {
    ExportOptions changed = copy();
    changed.half = wanted;
    return changed;
  }

  /**
   * With another input for each sequence of a Deeplearning4j network, which says which of its steps
   * count; see {@code Deeplearning4jNetwork.withMasks}.
   */
  public ExportOptions withMasks(boolean wanted) {
    ExportOptions changed = copy();
    changed.masks = wanted;
    return changed;
  }

  /** With that card, to be written into the file's metadata. */
  public ExportOptions withCard(ModelCard modelCard) {
    ExportOptions changed = copy();
    changed.card = Optional.of(modelCard);
    return changed;
  }

  /** Compared with SameDiff before the file gets its name, or not. */
  public ExportOptions withVerify(boolean wanted) {
    ExportOptions changed = copy();
    changed.verify = wanted;
    return changed;
  }

  /**
   * With that largest difference that counts as equal, as a share of the largest magnitude in the
   * tensor.
   *
   * @throws IllegalArgumentException if it isn't above 0 and below 1
   */
  public ExportOptions withTolerance(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "tolerance: expected above 0 and below 1, received " + share);
    }
    ExportOptions changed = copy();
    changed.tolerance = share;
    return changed;
  }

  /**
   * With weights in a file of their own, named like the model with {@code .data} behind, if the
   * model would have more than so many bytes. By default these are as many as ONNX's format allows,
   * 2^31 - 1; more count as that.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ExportOptions withMostBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: expected 0 or more, received " + bytes);
    }
    ExportOptions changed = copy();
    changed.mostBytes = bytes;
    return changed;
  }

  /** With these operators, such as {@link StandardOperators#registry()} and own ones. */
  public ExportOptions withOperators(OperatorRegistry registry) {
    ExportOptions changed = copy();
    changed.operators = registry;
    return changed;
  }

  /** Names of the inputs; empty for the default. */
  public List<String> inputs() {
    return inputs;
  }

  /** Names of the outputs; empty for the default. */
  public List<String> outputs() {
    return outputs;
  }

  /** Shapes by input, where they were given. */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  /** The name of the graph. */
  public String name() {
    return card.map(ModelCard::name).orElse(name);
  }

  /**
   * The version of ONNX's operators; without a wish of the caller the file may need a later one.
   */
  public Opset opset() {
    return opset;
  }

  /** The form of input and output. */
  public Io io() {
    return io;
  }

  /** Whether float32 becomes float16. */
  public boolean half() {
    return half;
  }

  /** Whether sequences get an input for their masks. */
  public boolean masks() {
    return masks;
  }

  /** The card, if there is one. */
  public Optional<ModelCard> card() {
    return card;
  }

  /** Whether the export is compared with SameDiff. */
  public boolean verify() {
    return verify;
  }

  /** The largest difference that counts as equal; {@value #HALF_TOLERANCE} or more with float16. */
  public double tolerance() {
    return half ? Math.max(tolerance, HALF_TOLERANCE) : tolerance;
  }

  /** How many bytes a model has at most before its weights get a file of their own. */
  public long mostBytes() {
    return mostBytes;
  }

  /** How operators are exported. */
  public OperatorRegistry operators() {
    return operators;
  }
}

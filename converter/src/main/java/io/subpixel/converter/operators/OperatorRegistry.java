package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.operators.activation.ActivationOperators;
import io.subpixel.converter.operators.arithmetic.ArithmeticOperators;
import io.subpixel.converter.operators.comparison.BitOperators;
import io.subpixel.converter.operators.comparison.ComparisonOperators;
import io.subpixel.converter.operators.convolution.ConvolutionOperators;
import io.subpixel.converter.operators.creation.CreationOperators;
import io.subpixel.converter.operators.indexing.IndexingOperators;
import io.subpixel.converter.operators.loss.LossOperators;
import io.subpixel.converter.operators.normalization.NormalizationOperators;
import io.subpixel.converter.operators.reduction.ReductionOperators;
import io.subpixel.converter.operators.shape.ShapeOperators;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which handler exports which operator of SameDiff. Immutable. */
public final class OperatorRegistry {
  private final Map<String, Entry> entries;

  /**
   * One operator.
   *
   * @param handler how it is exported
   * @param emits the ONNX operators that it may become, the essential one first
   * @param since the first opset that can express it
   * @param limits what of it isn't supported; empty if all is
   */
  public record Entry(OperatorHandler handler, List<OnnxOperator> emits, int since, String limits) {
    /** What only moves elements, finds sizes or changes types; every handler may emit it. */
    public static final Set<OnnxOperator> PLUMBING =
        Collections.unmodifiableSet(
            EnumSet.of(
                OnnxOperator.CAST,
                OnnxOperator.CONCAT,
                OnnxOperator.CONSTANT_OF_SHAPE,
                OnnxOperator.EXPAND,
                OnnxOperator.GATHER,
                OnnxOperator.IDENTITY,
                OnnxOperator.RANGE,
                OnnxOperator.RESHAPE,
                OnnxOperator.SHAPE,
                OnnxOperator.SIZE,
                OnnxOperator.SLICE,
                OnnxOperator.SQUEEZE,
                OnnxOperator.TRANSPOSE,
                OnnxOperator.UNSQUEEZE));

    /** Copies the list. */
    public Entry {
      emits = List.copyOf(emits);
    }
  }

  private OperatorRegistry(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** Every operator that can be exported, family by family. */
  public static OperatorRegistry standard() {
    Builder builder = builder();
    ArithmeticOperators.register(builder);
    ActivationOperators.register(builder);
    ComparisonOperators.register(builder);
    BitOperators.register(builder);
    ConvolutionOperators.register(builder);
    ShapeOperators.register(builder);
    CreationOperators.register(builder);
    IndexingOperators.register(builder);
    ReductionOperators.register(builder);
    NormalizationOperators.register(builder);
    LossOperators.register(builder);
    return builder.build();
  }

  /** Starts an empty registry. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts with all of these, to which own operators can be added. */
  public Builder with() {
    Builder builder = new Builder();
    builder.entries.putAll(entries);
    return builder;
  }

  /** The operator of that name in SameDiff. */
  public Optional<Entry> find(String operator) {
    return Optional.ofNullable(entries.get(operator));
  }

  /** All operators by SameDiff's names, in the order of registration. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** Collects handlers. */
  public static final class Builder {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private String last = "";

    private Builder() {}

    /**
     * Adds an operator.
     *
     * @param operator SameDiff's name of it
     * @param emits the ONNX operators that it may become, the essential one first; those of {@link
     *     Entry#PLUMBING} needn't be named
     * @throws IllegalArgumentException if its name is taken
     */
    public Builder add(String operator, OperatorHandler handler, OnnxOperator... emits) {
      int since = Arrays.stream(emits).mapToInt(OnnxOperator::since).max().orElse(Opset.LEAST);
      Entry other = entries.putIfAbsent(operator, new Entry(handler, List.of(emits), since, ""));
      if (other != null) {
        throw new IllegalArgumentException(
            operator
                + ": expected one handler, received a second beside "
                + other.handler().getClass());
      }
      last = operator;
      return this;
    }

    /** Says what of the operator added last isn't supported. */
    public Builder limits(String limits) {
      entries.computeIfPresent(
          last, (name, e) -> new Entry(e.handler(), e.emits(), e.since(), limits));
      return this;
    }

    /** Says which opset is the first that can express the operator added last. */
    public Builder since(int opset) {
      entries.computeIfPresent(
          last, (name, e) -> new Entry(e.handler(), e.emits(), opset, e.limits()));
      return this;
    }

    /** The registry. */
    public OperatorRegistry build() {
      return new OperatorRegistry(entries);
    }
  }
}

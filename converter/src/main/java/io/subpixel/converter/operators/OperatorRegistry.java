package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which handler exports which operator of SameDiff. Immutable.
 *
 * @since 0.1
 */
public final class OperatorRegistry {
  private final Map<String, Entry> entries;
  private final Map<String, Refusal> refusals;

  /**
   * Why an operator can't be exported.
   *
   * @param reason what of it can't be expressed
   * @param help what would help
   */
  public record Refusal(String reason, String help) {
    /** An entry whose handler throws the reason. */
    private Entry entry() {
      return new Entry(
          e -> {
            throw new UnsupportedNodeException(reason, help);
          },
          List.of(),
          Opset.LEAST,
          reason);
    }
  }

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

  private OperatorRegistry(Map<String, Entry> entries, Map<String, Refusal> refusals) {
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    this.refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
  }

  /** Starts an empty registry. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts with all of these, to which own operators can be added. */
  public Builder with() {
    Builder builder = new Builder();
    builder.entries.putAll(entries);
    builder.refusals.putAll(refusals);
    return builder;
  }

  /** The operator of that name in SameDiff; the handler of a refused one throws the reason. */
  public Optional<Entry> find(String operator) {
    return Optional.ofNullable(entries.get(operator))
        .or(() -> Optional.ofNullable(refusals.get(operator)).map(Refusal::entry));
  }

  /** All operators that are exported by SameDiff's names, in the order of registration. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** All operators that can't be exported by SameDiff's names, in the order of registration. */
  public Map<String, Refusal> refusals() {
    return refusals;
  }

  /** Collects handlers. */
  public static final class Builder {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Refusal> refusals = new LinkedHashMap<>();
    private String last = "";

    private Builder() {}

    /**
     * Adds an operator; one that was refused no longer is.
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
      refusals.remove(operator);
      last = operator;
      return this;
    }

    /**
     * Says why operators can't be exported.
     *
     * @param reason what of them can't be expressed, as messages say it
     * @param help what would help
     * @param operators SameDiff's names of them
     * @throws IllegalArgumentException if one has a handler or a reason already
     */
    public Builder refuse(String reason, String help, String... operators) {
      for (String operator : operators) {
        if (entries.containsKey(operator) || refusals.containsKey(operator)) {
          throw new IllegalArgumentException(
              operator + ": expected one handler or one reason, received a second: " + reason);
        }
        refusals.put(operator, new Refusal(reason, help));
      }
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
      return new OperatorRegistry(entries, refusals);
    }
  }
}

package io.subpixel.converter.operators;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Emitter;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a handler may do: read one operation of a network, and write the nodes that it becomes.
 * Stored arrays become initializers when they are first read. Not thread-safe.
 *
 * @since 0.1
 */
public abstract class Emission extends Emitter {
  /** Writes to {@code graph}. */
  protected Emission(OnnxGraph graph) {
    super(graph);
  }

  // What is read

  /** The operation. */
  public abstract Node node();

  /** How many inputs it has. */
  public final int inputCount() {
    return node().inputs().size();
  }

  /** Whether it has input {@code index}. */
  public final boolean has(int index) {
    return index < inputCount();
  }

  /**
   * One of its inputs, in SameDiff's layout.
   *
   * @throws UnsupportedNodeException if it has no such input
   */
  public abstract Value in(int index);

  /** All its inputs. */
  public final List<Value> all() {
    return IntStream.range(0, inputCount()).mapToObj(this::in).toList();
  }

  /** The array of an input that is stored; empty if it is computed or fed. */
  public abstract Optional<INDArray> stored(int index);

  /**
   * The array of an input whose values the export must know.
   *
   * @param what how messages call it, such as {@code axes}
   * @throws UnsupportedNodeException if it is computed or fed
   */
  public final INDArray constant(int index, String what) {
    return stored(index)
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    what + " that are computed", "make them a constant of the network"));
  }

  /** The same as whole numbers, which may also follow from ranks and known sizes. */
  public final long[] constants(int index, String what) {
    Optional<long[]> computed =
        stored(index).isEmpty() ? graph().numbers(in(index)) : Optional.empty();
    return computed.orElseGet(() -> constant(index, what).dup('c').data().asLong());
  }

  /**
   * An input with other axes: axis {@code i} is SameDiff's axis {@code order[i]}. A stored array is
   * transposed now, anything else by a node.
   */
  public abstract Value transposed(int index, int... order);

  /** An input as one axis: {@code [1,n]} becomes {@code [n]}. */
  public abstract Value flat(int index);

  /** An array that was computed at export. */
  public abstract Value stored(INDArray array);

  /** Whether an input is a list without any tensor. */
  public abstract boolean isEmptyList(int index);

  // What is written

  /** The element type that SameDiff says its first result has. */
  public final ElementType outType() {
    return outType(0);
  }

  /** The element type that SameDiff says one of its results has. */
  public abstract ElementType outType(int index);

  /** Hands over all results, in order; their types become those that SameDiff says. */
  public final void out(Value... results) {
    out(List.of(results));
  }

  /** Hands over all results, in order; their types become those that SameDiff says. */
  public abstract void out(List<Value> results);

  /** Hands over all results, in order, in the types that they have. */
  public abstract void outAsIs(List<Value> results);

  /** Hands over contents of lists, which SameDiff doesn't count among its values. */
  public abstract void outLists(List<Value> contents);

  /** Hands over lists without any tensor. */
  public abstract void outEmptyLists();
}

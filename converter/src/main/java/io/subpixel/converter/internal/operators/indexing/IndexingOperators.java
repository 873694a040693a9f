package io.subpixel.converter.internal.operators.indexing;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What reads or writes elements by index. */
public final class IndexingOperators {
  private IndexingOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    TensorLists.register(registry);
    registry
        .add("gather", IndexingOperators::gather, OnnxOperator.GATHER)
        .limits("axes that are computed")
        .add("gather_nd", IndexingOperators::gatherNd, OnnxOperator.GATHER_ND)
        .limits("indices whose last axis is of unknown size")
        .add(
            "slice",
            IndexingOperators::slice,
            OnnxOperator.SLICE,
            OnnxOperator.ADD,
            OnnxOperator.LESS,
            OnnxOperator.WHERE)
        .add(
            "strided_slice",
            StridedSlice::emit,
            OnnxOperator.SLICE,
            OnnxOperator.EQUAL,
            OnnxOperator.ADD,
            OnnxOperator.WHERE)
        .limits("strides that are computed or not positive, which SameDiff doesn't run")
        .add("invert_permutation", IndexingOperators::invert, OnnxOperator.SCATTER_ELEMENTS)
        .add(
            "dynamic_partition",
            IndexingOperators::partition,
            OnnxOperator.NON_ZERO,
            OnnxOperator.EQUAL)
        .limits("partitions of fewer axes where sizes are unknown")
        .add(
            "dynamic_stitch",
            IndexingOperators::stitch,
            OnnxOperator.SCATTER_ND,
            OnnxOperator.REDUCE_MAX,
            OnnxOperator.ADD)
        .add("Where", IndexingOperators::where, OnnxOperator.WHERE, OnnxOperator.NON_ZERO)
        .add("select", IndexingOperators::where, OnnxOperator.WHERE, OnnxOperator.NON_ZERO)
        .add("top_k", IndexingOperators::topK, OnnxOperator.TOP_K, OnnxOperator.GATHER_ELEMENTS)
        .add("embedding_lookup", IndexingOperators::embedding, OnnxOperator.GATHER)
        .limits("a table in several parts")
        .add("nth_element", IndexingOperators::nth, OnnxOperator.TOP_K)
        .add("roll", IndexingOperators::roll, OnnxOperator.MOD, OnnxOperator.SUB);
    Scatters.register(registry);
  }

  /** Indices are an input or arguments behind the axis, which a third input may hold. */
  private static void gather(Emission e) {
    long[] arguments = e.node().integers();
    int axis = (int) (e.has(2) ? e.constants(2, "an axis")[0] : e.node().integer(0, 0));
    if (e.has(1)) {
      e.out(e.gather(e.in(0), e.in(1), axis));
      return;
    }
    long[] indices = Arrays.copyOfRange(arguments, 1, arguments.length);
    e.out(e.gather(e.in(0), indices.length == 1 ? e.index(indices[0]) : e.vector(indices), axis));
  }

  private static void gatherNd(Emission e) {
    Value indices = e.cast(e.in(1), ElementType.INT64);
    if (!indices.dim(-1).isFixed()) {
      throw new UnsupportedNodeException(
          "indices whose last axis is of unknown size", "fix the size of that axis");
    }
    e.out(e.call(OnnxOperator.GATHER_ND, List.of(e.in(0), indices)));
  }

  /** Begins and sizes are arguments or inputs; a size of -1 is all that is left. */
  private static void slice(Emission e) {
    Value x = e.in(0);
    Value axes = e.vector(IntStream.range(0, x.rank()).asLongStream().toArray());
    long[] ones = new long[x.rank()];
    Arrays.fill(ones, 1);
    boolean isKnown = !e.has(1) || (e.stored(1).isPresent() && e.stored(2).isPresent());
    if (isKnown) {
      long[] both = e.node().integers();
      long[] begins =
          e.has(1) ? e.constants(1, "begins") : Arrays.copyOfRange(both, 0, both.length / 2);
      long[] sizes =
          e.has(2)
              ? e.constants(2, "sizes")
              : Arrays.copyOfRange(both, both.length / 2, both.length);
      long[] ends = new long[begins.length];
      for (int i = 0; i < ends.length; i++) {
        ends[i] = sizes[i] < 0 ? Long.MAX_VALUE : begins[i] + sizes[i];
      }
      e.out(e.slice(x, e.vector(begins), e.vector(ends), axes, e.vector(ones)));
      return;
    }
    Value begins = e.cast(e.in(1), ElementType.INT64);
    Value sizes = e.cast(e.in(2), ElementType.INT64);
    Value ends = e.where(e.less(sizes, e.index(0)), e.index(Long.MAX_VALUE), e.add(begins, sizes));
    e.out(e.slice(x, begins, ends, axes, e.vector(ones)));
  }

  private static void invert(Emission e) {
    Value x = e.in(0);
    Value order = e.cast(x, ElementType.INT64);
    e.out(
        e.call(
            OnnxOperator.SCATTER_ELEMENTS,
            List.of(e.fill(e.shapeOf(x), ElementType.INT64, 0), order, e.indices(order, 0)),
            Attribute.whole("axis", 0)));
  }

  /** Rows by the number of their part. Partitions of several axes take as many of the input. */
  private static void partition(Emission e) {
    Value x = e.in(0);
    Value parts = e.in(1);
    int deep = parts.rank();
    Value rows = x;
    if (deep != 1) {
      int[] rest = IntStream.range(deep, x.rank()).toArray();
      rows =
          rest.length == 0
              ? e.reshape(x, -1)
              : e.reshape(x, e.concat(0, e.vector(-1L), e.sizesOf(x, rest)));
      parts = e.reshape(parts, -1);
    }
    Value all = rows;
    Value flat = parts;
    e.out(
        IntStream.range(0, e.node().outputs().size())
            .mapToObj(i -> e.equal(flat, e.scalar(flat, i)))
            .map(mask -> e.squeeze(e.call(OnnxOperator.NON_ZERO, mask), 0))
            .map(chosen -> e.gather(all, chosen, 0))
            .toList());
  }

  /** Indices, then as many arrays of rows; of rows of one index the last one stays. */
  private static void stitch(Emission e) {
    int count = e.inputCount() / 2;
    List<Value> all = e.all();
    Value indices =
        e.concat(
            0,
            all.subList(0, count).stream()
                .map(index -> e.reshape(e.cast(index, ElementType.INT64), -1))
                .toList());
    int deep = all.get(0).rank();
    Value first = all.get(count);
    int[] rest = IntStream.range(deep, first.rank()).toArray();
    Value row = rest.length == 0 ? e.vector() : e.sizesOf(first, rest);
    Value sizes = rest.length == 0 ? e.vector(-1L) : e.concat(0, e.vector(-1L), row);
    Value rows =
        e.concat(
            0,
            all.subList(count, all.size()).stream().map(part -> e.reshape(part, sizes)).toList());
    Value height = e.reshape(e.add(e.largest(indices, false), 1), 1);
    Value shape = rest.length == 0 ? height : e.concat(0, height, row);
    Value zeros = e.fill(shape, rows.type(), 0);
    e.out(e.call(OnnxOperator.SCATTER_ND, List.of(zeros, e.unsqueeze(indices, 1), rows)));
  }

  /**
   * Of one input, the indices of what isn't zero, {@code [n,rank]}. Of three, the condition picks
   * elements; one of fewer axes picks rows.
   */
  private static void where(Emission e) {
    if (!e.has(1)) {
      Value found = e.call(OnnxOperator.NON_ZERO, e.in(0));
      e.out(e.transpose(found, 1, 0));
      return;
    }
    Value condition = e.in(0);
    Value yes = e.in(1);
    if (condition.rank() > 0 && condition.rank() < yes.rank()) {
      condition = e.unsqueeze(condition, IntStream.range(condition.rank(), yes.rank()).toArray());
    }
    e.out(e.where(condition, yes, e.in(2)));
  }

  /**
   * The native operator reads the number first, then whether they are sorted, which isn't the order
   * that SameDiff's own method writes them in.
   */
  private static void topK(Emission e) {
    Value x = e.in(0);
    long count = e.has(1) ? e.constants(1, "a number")[0] : e.node().integer(0, 1);
    boolean isSorted = e.node().truth(0, e.node().integer(1, 1) != 0);
    if (x.dim(-1).is(0)) {
      throw new UnsupportedNodeException("an empty axis", "give it elements");
    } else if (count < 1) {
      throw new UnsupportedNodeException(
          "the " + count + " largest: SameDiff's own method hands its flag over as the number",
          "let it sort, or give the number as an input");
    }
    List<Value> top = top(e, x, count, true);
    if (isSorted || count == 1) {
      e.out(top);
      return;
    }
    // In the order in which they are in the tensor.
    Value indices = top(e, top.get(1), count, false).get(0);
    Value values =
        e.call(
            OnnxOperator.GATHER_ELEMENTS,
            List.of(x, indices),
            Attribute.whole("axis", x.rank() - 1));
    e.out(values, indices);
  }

  /** Values and indices along the last axis. */
  private static List<Value> top(Emission e, Value x, long count, boolean isLargest) {
    return e.calls(
        OnnxOperator.TOP_K,
        2,
        List.of(x, e.vector(count)),
        Attribute.whole("axis", x.rank() - 1),
        Attribute.whole("largest", isLargest ? 1 : 0),
        Attribute.whole("sorted", 1));
  }

  /** Without axes, as if flat. */
  private static void roll(Emission e) {
    Value x = e.in(0);
    long[] shifts = e.has(1) ? e.constants(1, "shifts") : new long[] {e.node().integer(0, 0)};
    long[] axes =
        e.has(2)
            ? e.constants(2, "axes")
            : Arrays.stream(e.node().integers()).skip(e.has(1) ? 0 : 1).toArray();
    if (axes.length == 0) {
      e.out(e.reshapeLike(rolled(e, e.reshape(x, -1), 0, shifts[0]), x));
      return;
    }
    Value result = x;
    for (int i = 0; i < axes.length; i++) {
      result = rolled(e, result, (int) axes[i], shifts[Math.min(i, shifts.length - 1)]);
    }
    e.out(result);
  }

  private static Value rolled(Emission e, Value x, int axis, long shift) {
    Value from = e.sub(e.indices(x, axis), e.index(shift));
    Value at =
        e.call(OnnxOperator.MOD, List.of(from, e.sizeOf(x, axis)), Attribute.whole("fmod", 0));
    return e.gather(x, at, axis);
  }

  /** Rows of a table. */
  private static void embedding(Emission e) {
    if (e.has(2)) {
      throw new UnsupportedNodeException("a table in several parts", "concatenate them before");
    }
    e.out(e.gather(e.in(0), e.in(1), 0));
  }

  /** The n-th smallest of the last axis, or largest, counted from 0. */
  private static void nth(Emission e) {
    Value x = e.in(0);
    List<Value> sorted =
        e.calls(
            OnnxOperator.TOP_K,
            2,
            List.of(x, e.sizeOf(x, -1)),
            Attribute.whole("axis", x.rank() - 1),
            Attribute.whole("largest", e.node().integer(0, 0) == 0 ? 0 : 1),
            Attribute.whole("sorted", 1));
    Value n = e.reshape(e.cast(e.in(1), ElementType.INT64));
    e.out(e.gather(sorted.get(0), n, -1));
  }
}

package io.subpixel.converter.internal.operators.indexing;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code strided_slice}, by <a href="https://onnx.ai/onnx/operators/onnx__Slice.html">Slice</a>,
 * opsets 13 to 23.
 *
 * <p>Begins, ends and strides are arguments behind five masks, or inputs. A bit of a mask is about
 * the entry of its index: begin and end take all there is, ellipsis stands for the axes that no
 * entry is about, new adds an axis of size 1, shrink drops the axis after taking one element.
 *
 * <p>SameDiff writes what it takes from each axis over the entries that it still reads: behind an
 * ellipsis over several axes, an entry may find 0 to 0 by 1 instead of its own numbers.
 */
final class StridedSlice {
  private static final int MASKS = 5;
  private static final int OVERWRITTEN = -1;

  private final Emission e;
  private final int rank;
  private final Entries begins;
  private final Entries ends;
  private final long[] strides;
  private final int[] sources;
  private final List<Value> from = new ArrayList<>();
  private final List<Value> to = new ArrayList<>();
  private final List<Long> axes = new ArrayList<>();
  private final List<Long> steps = new ArrayList<>();
  private final List<Integer> gone = new ArrayList<>();
  private final List<Integer> added = new ArrayList<>();
  private int axis;
  private int place;

  private StridedSlice(Emission e) {
    this.e = e;
    rank = e.in(0).rank();
    long[] arguments = e.node().integers();
    int count = (arguments.length - MASKS) / 3;
    begins = entries(e, 1, MASKS, count);
    ends = entries(e, 2, MASKS + count, count);
    if (e.has(3)) {
      strides = e.constants(3, "strides");
    } else if (e.has(1)) {
      strides = new long[begins.count()];
      Arrays.fill(strides, 1);
    } else {
      strides = Arrays.copyOfRange(arguments, MASKS + 2 * count, MASKS + 3 * count);
    }
    sources = IntStream.range(0, Math.max(strides.length, rank)).toArray();
  }

  static void emit(Emission e) {
    new StridedSlice(e).slice();
  }

  private void slice() {
    boolean hasEllipsis = false;
    for (int i = 0; i < strides.length; i++) {
      if (isSet(1, i)) {
        hasEllipsis = true;
        ellipsis(i);
      } else if (isSet(3, i)) {
        added.add(place++);
      } else {
        entry(i);
      }
    }
    if (hasEllipsis && axis < rank) {
      throw new UnsupportedNodeException(
          "an ellipsis before axes that no entry is about", "write an entry for each axis");
    }
    Value result = e.in(0);
    if (!axes.isEmpty()) {
      result =
          e.slice(result, e.concat(0, from), e.concat(0, to), vector(e, axes), vector(e, steps));
    }
    result = e.squeeze(result, gone.stream().mapToInt(Integer::intValue).toArray());
    e.out(e.unsqueeze(result, added.stream().mapToInt(Integer::intValue).toArray()));
  }

  private void ellipsis(int index) {
    int addedBehind =
        (int) IntStream.range(index + 1, strides.length).filter(i -> isSet(3, i)).count();
    int next = Math.min(rank - (strides.length - index) + 1 + addedBehind, rank);
    while (axis < next) {
      sources[axis++] = OVERWRITTEN;
      place++;
    }
  }

  private void entry(int index) {
    if (axis >= rank) {
      throw new UnsupportedNodeException(
          "more entries than the %d axes of the input".formatted(rank), "write one for each axis");
    }
    int source = sources[index];
    sources[axis] = source;
    boolean isOne = isSet(4, index);
    long stride = source == OVERWRITTEN ? 1 : strides[source];
    if (stride <= 0) {
      throw new UnsupportedNodeException(
          "strides that aren't positive, which SameDiff doesn't run", "use reverse");
    }
    from.add(isSet(0, index) && !isOne ? e.vector(0L) : begins.at(e, source));
    if (isOne) {
      to.add(begins.after(e, source));
      gone.add(axis);
    } else {
      to.add(isSet(2, index) ? e.vector(Long.MAX_VALUE) : ends.at(e, source));
      place++;
    }
    axes.add((long) axis);
    steps.add(isOne ? 1 : stride);
    axis++;
  }

  private boolean isSet(int mask, int bit) {
    return (e.node().integer(mask, 0) >> bit & 1) != 0;
  }

  private static Value vector(Emission e, List<Long> numbers) {
    return e.vector(numbers.stream().mapToLong(Long::longValue).toArray());
  }

  private static Entries entries(Emission e, int input, int first, int count) {
    if (!e.has(input)) {
      return new Entries(Arrays.copyOfRange(e.node().integers(), first, first + count), Value.NONE);
    } else if (e.stored(input).isPresent()) {
      return new Entries(e.constants(input, "begins and ends"), Value.NONE);
    }
    Value computed = e.reshape(e.cast(e.in(input), ElementType.INT64), -1);
    if (!computed.dim(0).isFixed()) {
      throw new UnsupportedNodeException("begins of unknown count", "fix how many there are");
    }
    return new Entries(new long[0], computed);
  }

  /** Begins or ends, known or computed. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Entries(long[] known, Value computed) {
    int count() {
      return computed.isGiven() ? MisfitException.index(computed.dim(0).size()) : known.length;
    }

    Value at(Emission e, int index) {
      if (index == OVERWRITTEN) {
        return e.vector(0L);
      }
      return computed.isGiven() ? e.slice(computed, 0, index, index + 1) : e.vector(known[index]);
    }

    /** The end of a slice of one element: behind -1 there is no index. */
    Value after(Emission e, int index) {
      if (index != OVERWRITTEN && computed.isGiven()) {
        Value begin = at(e, index);
        Value isLast = e.equal(begin, e.index(-1));
        return e.where(isLast, e.index(Long.MAX_VALUE), e.add(begin, e.index(1)));
      }
      long begin = index == OVERWRITTEN ? 0 : known[index];
      return e.vector(begin == -1 ? Long.MAX_VALUE : begin + 1);
    }
  }
}

package io.subpixel.converter.operators.indexing;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code strided_slice}, by <a href="https://onnx.ai/onnx/operators/onnx__Slice.html">Slice</a>,
 * opsets 13 to 23.
 *
 * <p>Begins, ends and strides are arguments behind five masks, or inputs. A bit of a mask is about
 * the entry of its index: begin and end take all there is, ellipsis stands for the axes that no
 * entry is about, new adds an axis of size 1, shrink drops the axis after taking one element.
 */
final class StridedSlice {
  private static final int MASKS = 5;

  private StridedSlice() {}

  static void emit(Emission e) {
    Value x = e.in(0);
    long[] arguments = e.node().integers();
    int count = (arguments.length - MASKS) / 3;
    Entries begins = entries(e, 1, MASKS, count);
    Entries ends = entries(e, 2, MASKS + count, count);
    long[] strides;
    if (e.has(3)) {
      strides = e.constants(3, "strides");
    } else if (e.has(1)) {
      strides = new long[begins.count()];
      Arrays.fill(strides, 1);
    } else {
      strides = Arrays.copyOfRange(arguments, MASKS + 2 * count, MASKS + 3 * count);
    }
    int entries = strides.length;
    int added = Long.bitCount(arguments[3] & ((1L << entries) - 1));
    int ellipses = Long.bitCount(arguments[1] & ((1L << entries) - 1));
    if (ellipses > 1) {
      throw new UnsupportedNodeException("several ellipses", "use one");
    }
    int covered = x.rank() - (entries - added - ellipses);
    if (ellipses == 1 && covered != 1) {
      // SameDiff's own result has other sizes than the ellipsis says.
      throw new UnsupportedNodeException(
          "an ellipsis over " + covered + " axes", "write an entry for each axis");
    } else if (Arrays.stream(strides).anyMatch(stride -> stride <= 0)) {
      throw new UnsupportedNodeException(
          "strides that aren't positive, which SameDiff doesn't run", "use reverse");
    }
    List<Value> from = new ArrayList<>();
    List<Value> to = new ArrayList<>();
    List<Long> axes = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    List<Integer> gone = new ArrayList<>();
    List<Integer> fresh = new ArrayList<>();
    int axis = 0;
    int place = 0;
    for (int i = 0; i < entries; i++) {
      if (isSet(arguments[1], i)) {
        axis += covered;
        place += covered;
        continue;
      } else if (isSet(arguments[3], i)) {
        fresh.add(place++);
        continue;
      }
      boolean isOne = isSet(arguments[4], i);
      Value begin = isSet(arguments[0], i) ? e.vector(0L) : begins.at(e, i);
      from.add(begin);
      to.add(
          isOne
              ? begins.after(e, i)
              : isSet(arguments[2], i) ? e.vector(Long.MAX_VALUE) : ends.at(e, i));
      axes.add((long) axis);
      steps.add(isOne ? 1 : strides[i]);
      if (isOne) {
        gone.add(axis);
      } else {
        place++;
      }
      axis++;
    }
    Value result = x;
    if (!axes.isEmpty()) {
      result = e.slice(x, e.concat(0, from), e.concat(0, to), vector(e, axes), vector(e, steps));
    }
    result = e.squeeze(result, gone.stream().mapToInt(Integer::intValue).toArray());
    e.out(e.unsqueeze(result, fresh.stream().mapToInt(Integer::intValue).toArray()));
  }

  private static Value vector(Emission e, List<Long> numbers) {
    return e.vector(numbers.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean isSet(long mask, int bit) {
    return (mask >> bit & 1) != 0;
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
      return computed.isGiven() ? Math.toIntExact(computed.dim(0).size()) : known.length;
    }

    Value at(Emission e, int index) {
      return computed.isGiven() ? e.slice(computed, 0, index, index + 1) : e.vector(known[index]);
    }

    /** The end of a slice of one element: behind -1 there is no index. */
    Value after(Emission e, int index) {
      if (computed.isGiven()) {
        throw new UnsupportedNodeException(
            "one element at an index that is computed", "use gather");
      }
      return e.vector(known[index] == -1 ? Long.MAX_VALUE : known[index] + 1);
    }
  }
}

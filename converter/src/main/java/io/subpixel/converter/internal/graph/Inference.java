package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The shapes of an operator's outputs, by the operator's ONNX page. A size that can't be told is
 * {@link Dim#inferred()}; ranks always can.
 */
@FunctionalInterface
public interface Inference {
  List<Shape> shapes(Call call);

  static List<Shape> same(Call call) {
    return Collections.nCopies(call.outputs(), call.shape(0));
  }

  static List<Shape> scalar(Call call) {
    return List.of(new Shape(List.of()));
  }

  static List<Shape> broadcast(Call call) {
    Shape shape = call.shape(0);
    for (int i = 1; i < call.inputs().size(); i++) {
      shape = Shape.broadcast(shape, call.shape(i));
    }
    return List.of(shape);
  }

  static List<Shape> reduce(Call call) {
    Shape in = call.shape(0);
    boolean keep = call.whole("keepdims", 1) != 0;
    Optional<long[]> axes = call.wholes("axes").or(() -> call.numbers(1));
    if (call.has(1) && axes.isEmpty()) {
      int left =
          keep ? in.rank() : in.rank() - MisfitException.index(call.input(1).shape().count());
      return List.of(unknown(left));
    }
    Set<Integer> reduced = new HashSet<>();
    if (axes.isPresent() && axes.get().length > 0) {
      Arrays.stream(axes.get()).forEach(axis -> reduced.add(in.axis((int) axis)));
    } else if (call.whole("noop_with_empty_axes", 0) == 0) {
      IntStream.range(0, in.rank()).forEach(reduced::add);
    }
    return List.of(without(in, reduced, keep));
  }

  static List<Shape> reduceOne(Call call) {
    Shape in = call.shape(0);
    int axis = call.axis("axis", 0, in.rank());
    return List.of(without(in, Set.of(axis), call.whole("keepdims", 1) != 0));
  }

  static List<Shape> matMul(Call call) {
    Shape a = call.shape(0, 1);
    Shape b = call.shape(1, 1);
    List<Dim> left = new ArrayList<>(a.dims());
    List<Dim> right = new ArrayList<>(b.dims());
    boolean isRow = a.rank() == 1;
    boolean isColumn = b.rank() == 1;
    if (isRow) {
      left.add(0, Dim.of(1));
    }
    if (isColumn) {
      right.add(Dim.of(1));
    }
    Shape batch =
        Shape.broadcast(
            new Shape(left.subList(0, left.size() - 2)),
            new Shape(right.subList(0, right.size() - 2)));
    List<Dim> result = new ArrayList<>(batch.dims());
    if (!isRow) {
      result.add(left.get(left.size() - 2));
    }
    if (!isColumn) {
      result.add(right.get(right.size() - 1));
    }
    return List.of(new Shape(result));
  }

  static List<Shape> gemm(Call call) {
    Dim rows = call.input(0).dim(call.whole("transA", 0) == 0 ? 0 : 1);
    Dim columns = call.input(1).dim(call.whole("transB", 0) == 0 ? 1 : 0);
    return List.of(Shape.of(rows, columns));
  }

  static List<Shape> conv(Call call) {
    Shape weights = call.shape(1, 3);
    int axes = weights.rank() - 2;
    long[] kernel =
        call.wholes("kernel_shape")
            .orElseGet(
                () -> weights.dims().subList(2, axes + 2).stream().mapToLong(Dim::size).toArray());
    return List.of(windows(call, kernel, weights.dim(0)));
  }

  static List<Shape> pool(Call call) {
    long[] kernel = call.wholes("kernel_shape").orElseThrow();
    return Collections.nCopies(call.outputs(), windows(call, kernel, call.shape(0).dim(1)));
  }

  private static Shape windows(Call call, long[] kernel, Dim channels) {
    Shape in = call.shape(0);
    int axes = kernel.length;
    long[] strides = call.wholes("strides", axes, 1);
    long[] dilations = call.wholes("dilations", axes, 1);
    long[] pads = call.wholes("pads", 2 * axes, 0);
    boolean isSame = call.text("auto_pad", "NOTSET").startsWith("SAME");
    boolean ceil = call.whole("ceil_mode", 0) != 0;
    List<Dim> result = new ArrayList<>(List.of(in.dim(0), channels));
    for (int i = 0; i < axes; i++) {
      Dim size = in.dim(i + 2);
      if (strides[i] < 1) {
        throw new MisfitException("expected strides from 1 on, received " + strides[i]);
      }
      long reach = (kernel[i] - 1) * dilations[i];
      long more = isSame ? 0 : pads[i] + pads[i + axes] - reach;
      if (strides[i] == 1 && more == 0) {
        result.add(size);
      } else if (size.isFixed()) {
        // Java's division is ONNX Runtime's: a kernel that is a little too large still has one
        // place.
        long room = size.size() + more - 1;
        long steps = isSame || !ceil ? room / strides[i] : -Math.floorDiv(-room, strides[i]);
        // A window that would begin in the padding behind the picture isn't counted.
        boolean isBehind =
            ceil && !isSame && steps * strides[i] >= size.size() + pads[i] && steps > 0;
        result.add(Dim.of(Math.max(0, steps + (isBehind ? 0 : 1))));
      } else {
        result.add(Dim.inferred());
      }
    }
    return new Shape(result);
  }

  static List<Shape> convTranspose(Call call) {
    Shape in = call.shape(0);
    Shape weights = call.shape(1, 3);
    int axes = weights.rank() - 2;
    long[] strides = call.wholes("strides", axes, 1);
    long[] dilations = call.wholes("dilations", axes, 1);
    long[] pads = call.wholes("pads", 2 * axes, 0);
    long[] extra = call.wholes("output_padding", axes, 0);
    boolean isSame = call.text("auto_pad", "NOTSET").startsWith("SAME");
    Dim channels =
        weights.dim(1).isFixed() ? weights.dim(1).times(call.whole("group", 1)) : Dim.inferred();
    List<Dim> result = new ArrayList<>(List.of(in.dim(0), channels));
    for (int i = 0; i < axes; i++) {
      Dim size = in.dim(i + 2);
      Dim kernel = weights.dim(i + 2);
      if (isSame) {
        result.add(size.times(strides[i]));
        continue;
      } else if (!kernel.isFixed()) {
        result.add(Dim.inferred());
        continue;
      }
      long more =
          (kernel.size() - 1) * dilations[i] + 1 + extra[i] - pads[i] - pads[i + axes] - strides[i];
      if (more == 0) {
        result.add(size.times(strides[i]));
      } else {
        result.add(
            size.isFixed() ? Dim.of(Math.max(0, size.size() * strides[i] + more)) : Dim.inferred());
      }
    }
    return List.of(new Shape(result));
  }

  static List<Shape> globalPool(Call call) {
    Shape in = call.shape(0, 2);
    List<Dim> result = new ArrayList<>(Collections.nCopies(in.rank(), Dim.of(1)));
    result.set(0, in.dim(0));
    result.set(1, in.dim(1));
    return List.of(new Shape(result));
  }

  static List<Shape> concat(Call call) {
    Shape first = call.shape(0);
    int axis = call.axis("axis", 0, first.rank());
    List<Dim> result = new ArrayList<>(first.dims());
    Dim sum = first.dim(axis);
    for (int i = 1; i < call.inputs().size(); i++) {
      Shape next = call.shape(i);
      for (int other = 0; other < first.rank(); other++) {
        // Sizes beside the joined axis are equal: a known one tells of the others.
        if (other != axis && next.dim(other).isFixed()) {
          result.set(other, next.dim(other));
        }
      }
      sum = plus(sum, next.dim(axis));
    }
    result.set(axis, sum);
    return List.of(new Shape(result));
  }

  private static Dim plus(Dim a, Dim b) {
    if (a.isFixed() && b.isFixed()) {
      return Dim.of(Math.addExact(a.size(), b.size()));
    } else if (a instanceof Dim.Symbol left
        && b instanceof Dim.Symbol right
        && left.name().equals(right.name())
        && !left.equals(Dim.inferred())) {
      return new Dim.Symbol(left.name(), left.factor() + right.factor());
    } else if (a.is(0)) {
      return b;
    }
    return b.is(0) ? a : Dim.inferred();
  }

  static List<Shape> transpose(Call call) {
    Shape in = call.shape(0);
    long[] order =
        call.wholes("perm")
            .orElseGet(
                () -> IntStream.range(0, in.rank()).mapToLong(i -> in.rank() - 1 - i).toArray());
    return List.of(in.transposed(Arrays.stream(order).mapToInt(MisfitException::index).toArray()));
  }

  static List<Shape> reshape(Call call) {
    Shape in = call.shape(0);
    Optional<List<Dim>> wanted = call.contents(1);
    if (wanted.isEmpty()) {
      return List.of(unknown(MisfitException.index(call.shape(1).count())));
    }
    boolean zeroIsZero = call.whole("allowzero", 0) != 0;
    List<Dim> result = new ArrayList<>();
    int open = -1;
    for (int i = 0; i < wanted.get().size(); i++) {
      Dim dim = wanted.get().get(i);
      if (dim instanceof Dim.Symbol symbol && symbol.name().equals(Contents.REST)) {
        open = i;
        result.add(Dim.inferred());
      } else {
        result.add(dim.is(0) && !zeroIsZero && i < in.rank() ? in.dim(i) : dim);
      }
    }
    if (open >= 0) {
      List<Dim> others = new ArrayList<>(result);
      others.remove(open);
      result.set(open, quotient(in.dims(), others));
    }
    return List.of(new Shape(result));
  }

  /** The product of {@code all} over that of {@code part}, as far as it can be told. */
  private static Dim quotient(List<Dim> all, List<Dim> part) {
    Map<String, Integer> symbols = new LinkedHashMap<>();
    long above = 1;
    long below = 1;
    for (Dim dim : all) {
      above *= factor(dim, symbols, 1);
    }
    for (Dim dim : part) {
      below *= factor(dim, symbols, -1);
    }
    symbols.values().removeIf(power -> power == 0);
    if (symbols.containsKey(((Dim.Symbol) Dim.inferred()).name())
        || part.contains(Dim.inferred())
        || all.contains(Dim.inferred())
        || below == 0
        || above % below != 0) {
      return Dim.inferred();
    } else if (symbols.isEmpty()) {
      return Dim.of(above / below);
    } else if (symbols.size() == 1 && symbols.values().iterator().next() == 1 && above > 0) {
      return new Dim.Symbol(symbols.keySet().iterator().next(), above / below);
    }
    return Dim.inferred();
  }

  private static long factor(Dim dim, Map<String, Integer> symbols, int power) {
    if (dim instanceof Dim.Symbol symbol) {
      symbols.merge(symbol.name(), power, Integer::sum);
      return symbol.factor();
    }
    return dim.size();
  }

  static List<Shape> flatten(Call call) {
    Shape in = call.shape(0);
    long last = call.whole("axis", 1);
    int axis = last == in.rank() ? in.rank() : call.axis("axis", 1, in.rank());
    return List.of(
        Shape.of(
            quotient(in.dims().subList(0, axis), List.of()),
            quotient(in.dims().subList(axis, in.rank()), List.of())));
  }

  static List<Shape> squeeze(Call call) {
    Shape in = call.shape(0);
    Set<Integer> axes = new HashSet<>();
    if (call.has(1)) {
      Arrays.stream(call.numbers(1).orElseThrow(() -> computed("Squeeze")))
          .forEach(axis -> axes.add(in.axis((int) axis)));
    } else {
      IntStream.range(0, in.rank()).filter(axis -> in.dim(axis).is(1)).forEach(axes::add);
    }
    return List.of(without(in, axes, false));
  }

  static List<Shape> unsqueeze(Call call) {
    long[] axes = call.numbers(1).orElseThrow(() -> computed("Unsqueeze"));
    int rank = call.shape(0).rank() + axes.length;
    List<Dim> result = new ArrayList<>(Collections.nCopies(rank, Dim.inferred()));
    Set<Integer> added = new HashSet<>();
    for (long axis : axes) {
      int index = MisfitException.index(axis < 0 ? axis + rank : axis);
      if (index < 0 || index >= rank || !added.add(index)) {
        throw new MisfitException(
            "expected different axes out of %d, received %d".formatted(rank, axis));
      }
      result.set(index, Dim.of(1));
    }
    int next = 0;
    for (int i = 0; i < rank; i++) {
      if (!added.contains(i)) {
        result.set(i, call.shape(0).dim(next++));
      }
    }
    return List.of(new Shape(result));
  }

  static List<Shape> expand(Call call) {
    Shape wanted =
        call.contents(1)
            .map(Shape::new)
            .orElseGet(() -> unknown(MisfitException.index(call.shape(1).count())));
    return List.of(Shape.broadcast(call.shape(0), wanted));
  }

  static List<Shape> tile(Call call) {
    Shape in = call.shape(0);
    Optional<long[]> repeats = call.numbers(1);
    requireLength(repeats, in.rank());
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < in.rank(); i++) {
      long times = repeats.isPresent() ? repeats.get()[i] : -1;
      boolean isKnown = times >= 1 || (times == 0 && in.dim(i).isFixed());
      result.add(isKnown ? in.dim(i).times(times) : Dim.inferred());
    }
    return List.of(new Shape(result));
  }

  static List<Shape> slice(Call call) {
    Shape in = call.shape(0);
    Optional<long[]> starts = call.numbers(1);
    Optional<long[]> ends = call.numbers(2);
    long[] axes =
        call.has(3)
            ? call.numbers(3).orElseThrow(() -> computed("Slice"))
            : IntStream.range(0, MisfitException.index(call.shape(1).count()))
                .asLongStream()
                .toArray();
    long[] steps = new long[axes.length];
    Arrays.fill(steps, 1);
    Optional<long[]> given = call.has(4) ? call.numbers(4) : Optional.of(steps);
    for (Optional<long[]> each : List.of(starts, ends, given)) {
      requireLength(each, axes.length);
    }
    Shape result = in;
    for (int i = 0; i < axes.length; i++) {
      int axis = in.axis((int) axes[i]);
      Dim size = in.dim(axis);
      Dim sliced = Dim.inferred();
      if (starts.isPresent() && ends.isPresent() && given.isPresent()) {
        long start = starts.get()[i];
        long end = ends.get()[i];
        long step = given.get()[i];
        boolean isWhole =
            Math.abs(step) == 1
                && (step > 0
                    ? start == 0 && end >= Integer.MAX_VALUE
                    : start == -1 && end <= Integer.MIN_VALUE);
        if (isWhole) {
          sliced = size;
        } else if (size.isFixed()) {
          sliced = Dim.of(sliced(size.size(), start, end, step));
        }
      }
      result = result.with(axis, sliced);
    }
    return List.of(result);
  }

  /** How many elements are left. */
  static long sliced(long size, long start, long end, long step) {
    if (step == 0) {
      throw new MisfitException("expected a step other than 0");
    }
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1;
    long first = Math.max(low, Math.min(high, start < 0 ? start + size : start));
    long last = Math.max(low, Math.min(high, end < 0 ? end + size : end));
    long span = step > 0 ? last - first + step - 1 : first - last - step - 1;
    return Math.max(0, span / Math.abs(step));
  }

  static List<Shape> split(Call call) {
    Shape in = call.shape(0);
    int axis = call.axis("axis", 0, in.rank());
    Optional<long[]> parts = call.numbers(1);
    requireLength(parts, call.outputs());
    List<Shape> result = new ArrayList<>();
    for (int i = 0; i < call.outputs(); i++) {
      Dim size = Dim.inferred();
      if (parts.isPresent()) {
        size = Dim.of(parts.get()[i]);
      } else if (in.dim(axis).isFixed() && in.dim(axis).size() % call.outputs() == 0) {
        size = Dim.of(in.dim(axis).size() / call.outputs());
      }
      result.add(in.with(axis, size));
    }
    return result;
  }

  static List<Shape> gather(Call call) {
    Shape in = call.shape(0);
    int axis = call.axis("axis", 0, in.rank());
    List<Dim> result = new ArrayList<>(in.dims().subList(0, axis));
    result.addAll(call.shape(1).dims());
    result.addAll(in.dims().subList(axis + 1, in.rank()));
    return List.of(new Shape(result));
  }

  static List<Shape> gatherElements(Call call) {
    return List.of(call.shape(1));
  }

  static List<Shape> gatherNd(Call call) {
    Shape in = call.shape(0);
    Shape indices = call.shape(1, 1);
    int batch = (int) call.whole("batch_dims", 0);
    int depth = MisfitException.index(indices.dim(indices.rank() - 1).size());
    List<Dim> result = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
    if (batch + depth > in.rank()) {
      throw new MisfitException(
          "expected indices of at most " + in.rank() + " axes, received " + depth);
    }
    result.addAll(in.dims().subList(batch + depth, in.rank()));
    return List.of(new Shape(result));
  }

  static List<Shape> pad(Call call) {
    Shape in = call.shape(0);
    Optional<long[]> pads = call.numbers(1);
    requireLength(pads, 2 * in.rank());
    Shape result = in;
    for (int i = 0; i < in.rank(); i++) {
      Dim size = in.dim(i);
      long more = pads.isPresent() ? pads.get()[i] + pads.get()[i + in.rank()] : -1;
      if (pads.isEmpty() || (more != 0 && !size.isFixed())) {
        result = result.with(i, Dim.inferred());
      } else if (more != 0) {
        result = result.with(i, Dim.of(Math.max(0, size.size() + more)));
      }
    }
    return List.of(result);
  }

  static List<Shape> resize(Call call) {
    Shape in = call.shape(0);
    Optional<List<Dim>> sizes = call.contents(3);
    return List.of(sizes.map(Shape::new).orElseGet(() -> unknown(in.rank())));
  }

  static List<Shape> depthToSpace(Call call) {
    Shape in = call.shape(0);
    long block = call.whole("blocksize", 1);
    Dim channels =
        in.dim(1).isFixed() ? Dim.of(in.dim(1).size() / (block * block)) : Dim.inferred();
    return List.of(Shape.of(in.dim(0), channels, in.dim(2).times(block), in.dim(3).times(block)));
  }

  static List<Shape> spaceToDepth(Call call) {
    Shape in = call.shape(0);
    long block = call.whole("blocksize", 1);
    return List.of(
        Shape.of(
            in.dim(0),
            in.dim(1).times(block * block),
            quotient(List.of(in.dim(2)), List.of(Dim.of(block))),
            quotient(List.of(in.dim(3)), List.of(Dim.of(block)))));
  }

  static List<Shape> shapeOf(Call call) {
    return List.of(Shape.of(call.shape(0).rank()));
  }

  static List<Shape> filled(Call call) {
    return List.of(
        call.contents(0)
            .map(Shape::new)
            .orElseGet(() -> unknown(MisfitException.index(call.shape(0).count()))));
  }

  static List<Shape> range(Call call) {
    Optional<Dim> start = call.contents(0).map(all -> all.get(0));
    Optional<Dim> limit = call.contents(1).map(all -> all.get(0));
    Optional<Dim> delta = call.contents(2).map(all -> all.get(0));
    if (start.isEmpty() || limit.isEmpty() || !delta.map(one -> one.isFixed()).orElse(false)) {
      return list(call);
    }
    long step = delta.get().size();
    if (start.get().isFixed() && limit.get().isFixed() && step > 0) {
      long span = limit.get().size() - start.get().size();
      return List.of(Shape.of(Math.max(0, -Math.floorDiv(-span, step))));
    }
    return start.get().is(0) && step == 1 ? List.of(Shape.of(limit.get())) : list(call);
  }

  static List<Shape> list(Call call) {
    return List.of(Shape.of(Dim.inferred()));
  }

  static List<Shape> lists(Call call) {
    return Collections.nCopies(call.outputs(), Shape.of(Dim.inferred()));
  }

  static List<Shape> oneHot(Call call) {
    Shape in = call.shape(0);
    int axis = call.axis("axis", -1, in.rank() + 1);
    List<Dim> result = new ArrayList<>(in.dims());
    result.add(axis, call.contents(1).map(depth -> depth.get(0)).orElse(Dim.inferred()));
    return List.of(new Shape(result));
  }

  static List<Shape> topK(Call call) {
    Shape in = call.shape(0);
    Dim count = call.contents(1).map(k -> k.get(0)).orElse(Dim.inferred());
    return Collections.nCopies(2, in.with(call.axis("axis", -1, in.rank()), count));
  }

  static List<Shape> nonZero(Call call) {
    return List.of(Shape.of(Dim.of(call.shape(0).rank()), Dim.inferred()));
  }

  static List<Shape> chosenBoxes(Call call) {
    return List.of(Shape.of(Dim.inferred(), Dim.of(3)));
  }

  static List<Shape> determinant(Call call) {
    Shape in = call.shape(0, 2);
    return List.of(new Shape(in.dims().subList(0, in.rank() - 2)));
  }

  static List<Shape> columnsToImage(Call call) {
    Shape in = call.shape(0);
    long[] block = call.numbers(2).orElseThrow(() -> computed("Col2Im"));
    List<Dim> result = new ArrayList<>();
    result.add(in.dim(0));
    result.add(quotient(List.of(in.dim(1)), Arrays.stream(block).mapToObj(Dim::of).toList()));
    result.addAll(call.contents(1).orElseGet(() -> unknown(block.length).dims()));
    return List.of(new Shape(result));
  }

  /** RNN, GRU and LSTM: Y {@code [T,D,N,h]}, Y_h and Y_c {@code [D,N,h]}. */
  static List<Shape> recurrent(Call call) {
    Shape in = call.shape(0);
    Dim directions = call.shape(1).dim(0);
    Dim hidden = Dim.of(call.whole("hidden_size", 0));
    Shape last = Shape.of(directions, in.dim(1), hidden);
    List<Shape> all = List.of(Shape.of(in.dim(0), directions, in.dim(1), hidden), last, last);
    return all.subList(0, call.outputs());
  }

  /** The equation's letters after the arrow. */
  static List<Shape> einsum(Call call) {
    String equation = call.text("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    String[] terms = equation.substring(0, arrow).split(",", -1);
    Map<Character, Dim> sizes = new LinkedHashMap<>();
    for (int term = 0; term < terms.length; term++) {
      for (int i = 0; i < terms[term].length(); i++) {
        sizes.put(terms[term].charAt(i), call.shape(term).dim(i));
      }
    }
    return List.of(
        new Shape(
            equation.substring(arrow + 2).chars().mapToObj(c -> sizes.get((char) c)).toList()));
  }

  private static Shape without(Shape in, Set<Integer> axes, boolean keep) {
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < in.rank(); i++) {
      if (!axes.contains(i)) {
        result.add(in.dim(i));
      } else if (keep) {
        result.add(Dim.of(1));
      }
    }
    return new Shape(result);
  }

  private static Shape unknown(int rank) {
    return new Shape(Collections.nCopies(rank, Dim.inferred()));
  }

  private static void requireLength(Optional<long[]> numbers, int length) {
    if (numbers.isPresent() && numbers.get().length != length) {
      throw new MisfitException(
          "expected %d numbers, received %d".formatted(length, numbers.get().length));
    }
  }

  private static MisfitException computed(String operator) {
    return new MisfitException(operator + ": expected axes that are stored");
  }
}

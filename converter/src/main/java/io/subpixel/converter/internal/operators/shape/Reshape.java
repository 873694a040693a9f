package io.subpixel.converter.internal.operators.shape;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code reshape} and {@code flatten}, by <a
 * href="https://onnx.ai/onnx/operators/onnx__Reshape.html">Reshape</a>, opsets 13 to 23.
 *
 * <p>The first argument may be the order as a negative letter, the others are sizes; or a second
 * input holds the sizes. In Fortran's order, axes are turned around before and behind. A size of 0
 * is 0; in ONNX it copies.
 */
final class Reshape {
  private static final int C = 'c';
  private static final int FORTRAN = 'f';

  private Reshape() {}

  static void emit(Emission e) {
    long[] arguments = e.node().integers();
    boolean hasOrder = arguments.length > 0 && (arguments[0] == -C || arguments[0] == -FORTRAN);
    boolean isFortran = hasOrder && arguments[0] == -FORTRAN;
    long[] sizes =
        e.has(1)
            ? e.stored(1).map(array -> array.dup('c').data().asLong()).orElse(null)
            : Arrays.copyOfRange(arguments, hasOrder ? 1 : 0, arguments.length);
    if (sizes == null) {
      if (isFortran) {
        throw new UnsupportedNodeException(
            "Fortran's order with sizes that are computed", "make them a constant of the network");
      }
      Value wanted = e.cast(e.in(1), ElementType.INT64);
      if (wanted.rank() > 0 && !wanted.dim(0).isFixed()) {
        throw new UnsupportedNodeException("sizes of unknown count", "fix how many there are");
      }
      e.out(e.reshape(e.in(0), wanted.rank() == 1 ? wanted : e.reshape(wanted, -1)));
      return;
    }
    if (!isFortran) {
      e.out(to(e, e.in(0), sizes));
      return;
    }
    long[] backwards =
        IntStream.range(0, sizes.length).mapToLong(i -> sizes[sizes.length - 1 - i]).toArray();
    e.out(turned(e, to(e, turned(e, e.in(0)), backwards)));
  }

  /** All inputs, each flattened in the order of the argument, joined. */
  static void flatten(Emission e) {
    boolean isFortran = Math.abs(e.node().integer(0, C)) == FORTRAN;
    List<Value> flat =
        e.all().stream().map(x -> e.reshape(isFortran ? turned(e, x) : x, -1)).toList();
    e.out(e.concat(0, flat));
  }

  private static Value to(Emission e, Value x, long... sizes) {
    boolean hasZero = Arrays.stream(sizes).anyMatch(size -> size == 0);
    return hasZero ? e.reshape(x, e.vector(sizes)) : e.reshape(x, sizes);
  }

  private static Value turned(Emission e, Value x) {
    return e.transpose(x, IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray());
  }
}

package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;

/**
 * Which element is the largest, the first of equal ones: of all, or along one axis. By <a
 * href="https://onnx.ai/onnx/operators/onnx__ArgMax.html">ArgMax</a>, opset 13 on, whose index is
 * compared with every element's own.
 */
final class IsMax implements OperatorHandler {
  @Override
  public void emit(Emission e) {
    long[] axes = e.node().integers();
    if (axes.length > 1) {
      throw new UnsupportedNodeException("several axes", "name one axis or none");
    }
    Value x = e.in(0);
    if (axes.length == 0) {
      Value flat = e.reshape(x, -1);
      e.out(e.reshapeLike(along(e, flat, 0), x));
    } else {
      e.out(along(e, x, x.axis((int) axes[0])));
    }
  }

  private static Value along(Emission e, Value x, int axis) {
    Value largest =
        e.call(
            OnnxOperator.ARG_MAX, x, Attribute.whole("axis", axis), Attribute.whole("keepdims", 1));
    long[] sizes = new long[x.rank() - axis];
    Arrays.fill(sizes, 1);
    sizes[0] = -1;
    return e.equal(e.reshape(e.indices(x, axis), sizes), largest);
  }
}

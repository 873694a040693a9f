package io.subpixel.converter.internal.operators.recurrent;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;

/**
 * {@code gru} as <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">GRU</a>, opsets 7, 14 and
 * 22 (the same with layout 0, the only one that ONNX Runtime runs).
 *
 * <ul>
 *   <li>Input and result: {@code [T,N,C]} as they are.
 *   <li>Weights: SameDiff's {@code [in,3h]} has the gates reset, update, candidate; ONNX's {@code
 *       [1,3h,in]} has update, reset, candidate. The state is reset after the product, which ONNX
 *       does by {@code linear_before_reset}.
 *   <li>Types: ONNX Runtime has the layer in float only.
 * </ul>
 */
final class GruLayer implements OperatorHandler {
  private static final int[] GATES = {1, 0, 2};

  @Override
  public void emit(Emission e) {
    Dim gates = e.in(3).dim(-1);
    if (!gates.isFixed()) {
      throw new UnsupportedNodeException("a hidden size that isn't known", "store the weights");
    }
    long hidden = gates.size() / GATES.length;
    Value x = e.cast(e.in(0), ElementType.FLOAT);
    Value bias = ordered(e, e.flat(4), hidden);
    Value y =
        e.calls(
                OnnxOperator.GRU,
                2,
                List.of(
                    x,
                    e.transpose(ordered(e, e.in(2), hidden), 0, 2, 1),
                    e.transpose(ordered(e, e.in(3), hidden), 0, 2, 1),
                    e.concat(-1, bias, e.fill(e.shapeOf(bias), ElementType.FLOAT, 0)),
                    Value.NONE,
                    e.unsqueeze(e.cast(e.in(1), ElementType.FLOAT), 0)),
                Attribute.whole("hidden_size", hidden),
                Attribute.whole("linear_before_reset", 1))
            .get(0);
    e.out(e.squeeze(y, 1));
  }

  private static Value ordered(Emission e, Value x, long hidden) {
    return LstmLayer.ordered(e, e.unsqueeze(e.cast(x, ElementType.FLOAT), 0), hidden, GATES);
  }
}

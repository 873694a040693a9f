package io.subpixel.converter.internal.operators.image;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Every way that SameDiff resizes {@code [N,H,W,C]}: each axis by <a
 * href="https://onnx.ai/onnx/operators/onnx__MatMul.html">MatMul</a> with a stored matrix, or by
 * Gather where it only picks pixels. The matrices are what SameDiff itself makes of the identity,
 * so that its conventions of coordinates, borders and coefficients needn't agree with ONNX's
 * Resize.
 */
final class Resizing {
  /** Methods of {@code image_resize}. */
  private static final int LINEAR = 0;

  private static final int NEAREST = 1;

  private Resizing() {}

  static void emit(Emission e) {
    Value x = e.in(0);
    if (x.rank() != 4) {
      throw new UnsupportedNodeException("a picture of rank " + x.rank(), "use [N,H,W,C]");
    }
    boolean isComputed = e.has(1) && e.stored(1).isEmpty();
    if (isComputed || !x.dim(1).isFixed() || !x.dim(2).isFixed()) {
      e.out(computed(e, x));
      return;
    }
    long height = x.dim(1).size();
    long width = x.dim(2).size();
    long[] sizes =
        e.has(1)
            ? e.constants(1, "sizes of the result")
            : new long[] {e.node().integer(0, 0), e.node().integer(1, 0)};
    long[] made = run(e, Nd4j.create(DataType.FLOAT, 1, height, width, 1), sizes, false).shape();
    Value y = resized(e, x, 1, matrix(e, height, made[1]));
    e.out(resized(e, y, 2, matrix(e, width, made[2])));
  }

  /**
   * Between sizes that only the run tells, by <a
   * href="https://onnx.ai/onnx/operators/onnx__Resize.html">Resize</a>, whose conventions are
   * SameDiff's for these methods.
   */
  private static Value computed(Emission e, Value x) {
    Node node = e.node();
    boolean isImage = node.operator().equals("image_resize");
    boolean isNearest =
        node.operator().equals("resize_nearest_neighbor")
            || (isImage && node.integer(0, 0) == NEAREST);
    boolean isLinear =
        node.operator().equals("resize_bilinear") || (isImage && node.integer(0, 0) == LINEAR);
    boolean isPlain = !isImage || !(node.truth(0, false) || node.truth(1, false));
    if (!(isNearest || isLinear) || !isPlain || !e.outType().isFloating()) {
      throw new UnsupportedNodeException(
          "a picture of unknown size, or a result of computed size, by this method",
          "give the input its height and width, or resize floats by nearest or bilinear");
    }
    boolean isAligned = !isImage && node.truth(0, false);
    boolean isCentred = isImage || node.truth(1, false);
    Value first = e.channelsFirst(e.cast(x, e.outType()));
    Value sizes =
        e.has(1)
            ? e.cast(e.flat(1), ElementType.INT64)
            : e.vector(node.integer(0, 0), node.integer(1, 0));
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.text("mode", isNearest ? "nearest" : "linear"));
    attributes.add(
        Attribute.text(
            "coordinate_transformation_mode",
            isAligned ? "align_corners" : isCentred ? "half_pixel" : "asymmetric"));
    if (isNearest) {
      boolean isRounded = isAligned || isCentred;
      attributes.add(Attribute.text("nearest_mode", isRounded ? "round_prefer_ceil" : "floor"));
    }
    Value y =
        e.call(
            OnnxOperator.RESIZE,
            List.of(first, Value.NONE, Value.NONE, e.concat(0, e.sizesOf(first, 0, 1), sizes)),
            attributes.toArray(new Attribute[0]));
    return e.channelsLast(y);
  }

  /** {@code [to,from]}: pictures of equal columns, one of them for each pixel that is 1. */
  private static INDArray matrix(Emission e, long from, long to) {
    // SameDiff refuses to make narrow pictures by this operator.
    long columns = e.node().operator().equals("resize_bicubic") ? 8 : 1;
    INDArray one =
        Nd4j.eye(from)
            .castTo(DataType.FLOAT)
            .reshape(1, from, 1, from)
            .broadcast(1, from, columns, from)
            .dup('c');
    return run(e, one, new long[] {to, columns}, true)
        .get(NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all())
        .dup('c');
  }

  private static INDArray run(Emission e, INDArray x, long[] sizes, boolean isProbe) {
    Node node = e.node();
    boolean isSized = e.has(1);
    DynamicCustomOp.DynamicCustomOpsBuilder op = DynamicCustomOp.builder(node.operator());
    if (isSized) {
      op.addInputs(x, Nd4j.createFromArray((int) sizes[0], (int) sizes[1]));
    } else {
      op.addInputs(x);
    }
    long[] integers = node.integers().clone();
    if (!isSized) {
      integers[0] = sizes[0];
      integers[1] = sizes[1];
    }
    Arrays.stream(integers).forEach(op::addIntegerArguments);
    boolean[] truths = new boolean[2];
    for (int i = 0; i < 2; i++) {
      // The shape of the whole picture is kept, not that of a column.
      boolean isShapeKept = isProbe && i == 0 && node.operator().equals("image_resize");
      truths[i] = !isShapeKept && node.truth(i, false);
    }
    op.addBooleanArguments(truths);
    for (double real : node.reals()) {
      op.addFloatingPointArguments(real);
    }
    return Nd4j.exec(op.build())[0];
  }

  private static Value resized(Emission e, Value x, int axis, INDArray matrix) {
    Optional<long[]> picked = picked(matrix);
    if (picked.isPresent()) {
      return e.gather(x, e.vector(picked.get()), axis);
    }
    if (!e.outType().isFloating()) {
      throw new UnsupportedNodeException("whole numbers between pixels", "cast them to float");
    }
    Value last = e.moveAxis(e.cast(x, e.outType()), axis, -1);
    INDArray columns = matrix.transpose().dup('c');
    return e.moveAxis(e.matmul(last, e.cast(e.stored(columns), last.type())), -1, axis);
  }

  private static Optional<long[]> picked(INDArray matrix) {
    long[] indices = new long[matrix.rows()];
    for (int row = 0; row < indices.length; row++) {
      int ones = 0;
      for (int column = 0; column < matrix.columns(); column++) {
        double share = matrix.getDouble(row, column);
        if (share == 1) {
          indices[row] = column;
          ones++;
        } else if (share != 0) {
          return Optional.empty();
        }
      }
      if (ones != 1) {
        return Optional.empty();
      }
    }
    return Optional.of(indices);
  }
}

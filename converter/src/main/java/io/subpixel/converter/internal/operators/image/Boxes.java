package io.subpixel.converter.internal.operators.image;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.List;

/**
 * Boxes on pictures. {@code non_max_suppression} as <a
 * href="https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html">NonMaxSuppression</a> of one
 * batch and one class. {@code crop_and_resize} as products of matrices that hold each pixel's share
 * of each result: ONNX's RoiAlign samples other points.
 */
final class Boxes {
  static final OnnxOperator[] CROPS = {
    OnnxOperator.MAT_MUL,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.ABS,
    OnnxOperator.RELU,
    OnnxOperator.FLOOR,
    OnnxOperator.EQUAL,
    OnnxOperator.LESS,
    OnnxOperator.GREATER,
    OnnxOperator.OR,
    OnnxOperator.WHERE
  };

  static final OnnxOperator[] CHOOSES = {
    OnnxOperator.NON_MAX_SUPPRESSION,
    OnnxOperator.REDUCE_SUM,
    OnnxOperator.LESS,
    OnnxOperator.NOT,
    OnnxOperator.MIN,
    OnnxOperator.SUB
  };

  private Boxes() {}

  /** Indices of the boxes that are kept, the best first. */
  static void chosen(Emission e) {
    Value boxes = e.cast(e.in(0), ElementType.FLOAT);
    Value scores = e.cast(e.in(1), ElementType.FLOAT);
    List<Value> limits =
        e.has(4)
            ? List.of(
                e.cast(e.flat(2), ElementType.INT64),
                e.cast(e.flat(3), ElementType.FLOAT),
                e.cast(e.flat(4), ElementType.FLOAT))
            : List.of(
                e.vector(e.node().integer(0, 0)),
                one(e, e.node().real(0, 0.5)),
                one(e, e.node().real(1, Double.NEGATIVE_INFINITY)));
    Value found =
        e.call(
            OnnxOperator.NON_MAX_SUPPRESSION,
            List.of(
                e.unsqueeze(boxes, 0),
                e.unsqueeze(scores, 0, 1),
                limits.get(0),
                limits.get(1),
                limits.get(2)));
    Value kept = e.gather(found, e.index(2), 1);
    e.out(e.node().operator().endsWith("v3") ? kept : filled(e, kept, scores, limits));
  }

  /** Zeros behind the boxes that are kept, as many as there are good ones that aren't. */
  private static Value filled(Emission e, Value kept, Value scores, List<Value> limits) {
    Value isGood = e.not(e.less(scores, limits.get(2)));
    Value good = e.sum(e.cast(isGood, ElementType.INT64), true, 0);
    Value missing = e.sub(e.min(good, limits.get(0)), e.sizeOf(kept, 0));
    return e.concat(0, kept, e.fill(missing, ElementType.INT64, 0));
  }

  private static Value one(Emission e, double value) {
    return e.unsqueeze(e.scalar(ElementType.FLOAT, value), 0);
  }

  /**
   * {@code [N,H,W,C]} becomes {@code [boxes,h,w,C]}; boxes are top, left, bottom and right in 0..1
   * of the distance between the first and the last pixel.
   */
  static void crop(Emission e) {
    Value x = e.in(0);
    long[] sizes = e.constants(3, "sizes of the result");
    if (!x.dim(1).isFixed() || !x.dim(2).isFixed()) {
      throw new UnsupportedNodeException(
          "a picture of unknown size", "give the input its height and width");
    }
    boolean isNearest = e.node().integer(0, 0) != 0;
    Value boxes = e.cast(e.in(1), ElementType.FLOAT);
    Value rows = points(e, boxes, 0, x.dim(1).size(), sizes[0]);
    Value columns = points(e, boxes, 1, x.dim(2).size(), sizes[1]);
    Value picked = e.cast(e.gather(x, e.in(2), 0), ElementType.FLOAT);
    Value first = e.transpose(picked, 0, 3, 1, 2);
    Value down = e.unsqueeze(shares(e, rows, x.dim(1).size(), isNearest), 1);
    Value across = e.unsqueeze(shares(e, columns, x.dim(2).size(), isNearest), 1);
    Value y = e.matmul(e.matmul(down, first), e.transpose(across, 0, 1, 3, 2));
    Value outside =
        e.or(
            e.unsqueeze(outside(e, rows, x.dim(1).size()), 1, 3),
            e.unsqueeze(outside(e, columns, x.dim(2).size()), 1, 2));
    Value filled = e.where(outside, e.scalar(y, e.node().real(0, 0)), y);
    e.out(e.transpose(filled, 0, 2, 3, 1));
  }

  /** Where in the picture each pixel of the result lies, {@code [boxes,size]}. */
  private static Value points(Emission e, Value boxes, int axis, long from, long to) {
    Value begin = e.mul(e.slice(boxes, 1, axis, axis + 1), from - 1.0);
    Value end = e.mul(e.slice(boxes, 1, axis + 2, axis + 3), from - 1.0);
    if (to == 1) {
      return e.mul(e.add(begin, end), 0.5);
    }
    Value steps = e.cast(e.vector(counted(to)), ElementType.FLOAT);
    return e.add(begin, e.mul(e.mul(e.sub(end, begin), 1.0 / (to - 1)), steps));
  }

  /** How much of each pixel is in each pixel of the result, {@code [boxes,size,pixels]}. */
  private static Value shares(Emission e, Value points, long from, boolean isNearest) {
    Value pixels = e.cast(e.vector(counted(from)), ElementType.FLOAT);
    if (isNearest) {
      return e.cast(
          e.equal(e.unsqueeze(e.floor(e.add(points, 0.5)), 2), pixels), ElementType.FLOAT);
    }
    Value away = e.abs(e.sub(e.unsqueeze(points, 2), pixels));
    return e.call(OnnxOperator.RELU, e.sub(e.scalar(away, 1), away));
  }

  private static Value outside(Emission e, Value points, long from) {
    return e.or(
        e.less(points, e.scalar(points, 0)), e.greater(points, e.scalar(points, from - 1.0)));
  }

  private static long[] counted(long size) {
    long[] numbers = new long[MisfitException.index(size)];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }
}

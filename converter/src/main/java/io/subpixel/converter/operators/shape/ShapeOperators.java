package io.subpixel.converter.operators.shape;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;

/** What moves elements and computes nothing. */
public final class ShapeOperators {
  private ShapeOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("concat", ShapeOperators::concat, OnnxOperator.CONCAT)
        .add("identity", e -> e.out(e.in(0)), OnnxOperator.IDENTITY);
  }

  /** The axis is an argument and may be negative. */
  private static void concat(Emission e) {
    if (e.node().integers().length != 1) {
      throw new UnsupportedNodeException("an axis that isn't an argument", "pass it as a number");
    }
    e.out(e.concat((int) e.node().integer(0, 0), e.all()));
  }
}

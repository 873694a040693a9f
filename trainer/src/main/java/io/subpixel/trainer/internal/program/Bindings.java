package io.subpixel.trainer.internal.program;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/** The ways to run native operators without building anything anew at each step. */
final class Bindings {
  private Bindings() {}

  /** An operator of libnd4j by its name. */
  static Call.Binding custom(String operator, double[] reals, long... integers) {
    return custom(
        DynamicCustomOp.builder(operator).build(),
        integers,
        reals,
        new boolean[0],
        new DataType[0]);
  }

  /** One of two arrays, of which the second has a value a channel of {@code [N,C,H,W]}. */
  static Call.Binding channelwise(String operator) {
    return custom(
        DynamicCustomOp.builder(operator).build(),
        new long[0],
        new double[0],
        new boolean[] {true},
        new DataType[0]);
  }

  /** An operator of a SameDiff graph, with its settings. */
  static Call.Binding custom(DynamicCustomOp op) {
    return custom(op, op.iArgs(), op.tArgs(), op.bArgs(), op.dArgs());
  }

  private static Call.Binding custom(
      DynamicCustomOp op, long[] integers, double[] reals, boolean[] flags, DataType[] types) {
    return (inputs, outputs) -> {
      OpContext context = Nd4j.getExecutioner().buildContext();
      context.setInputArrays(inputs);
      context.setOutputArrays(outputs);
      context.setIArguments(integers);
      context.setTArguments(reals);
      context.setBArguments(flags);
      context.setDArguments(types);
      // The shapes were taken from a real pass: to infer them again at each step costs time.
      context.shapeFunctionOverride(true);
      return () -> Nd4j.getExecutioner().exec(op, context);
    };
  }

  /** One of ND4J's older operators, which take their arrays from the context. */
  static Call.Binding legacy(Op op) {
    return (inputs, outputs) -> {
      OpContext context = Nd4j.getExecutioner().buildContext();
      context.setInputArrays(inputs);
      context.setOutputArrays(outputs);
      return () -> Nd4j.getExecutioner().exec(op, context);
    };
  }

  /** 1 where a value is above 0, else 0. */
  static Call.Binding step() {
    return (inputs, outputs) -> prepared(new Step(inputs[0]), outputs[0]);
  }

  /** Times a number. */
  static Call.Binding times(double factor) {
    return (inputs, outputs) -> prepared(new ScalarMultiplication(inputs[0], factor), outputs[0]);
  }

  /** Plus a number. */
  static Call.Binding plus(double summand) {
    return (inputs, outputs) -> prepared(new ScalarAdd(inputs[0], summand), outputs[0]);
  }

  static Call.Binding copy() {
    return (inputs, outputs) -> () -> outputs[0].assign(inputs[0]);
  }

  private static Runnable prepared(BaseOp op, INDArray output) {
    op.setZ(output);
    return () -> Nd4j.getExecutioner().exec(op);
  }
}

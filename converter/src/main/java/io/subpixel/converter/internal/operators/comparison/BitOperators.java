package io.subpixel.converter.internal.operators.comparison;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Operators on the bits of whole numbers. ONNX has bitwise logic from opset 18 on; its BitShift
 * knows no signed numbers, so shifts are products and quotients by powers of 2, in INT64.
 */
public final class BitOperators {
  private static final OnnxOperator[] SHIFT = {
    OnnxOperator.POW, OnnxOperator.MUL, OnnxOperator.DIV, OnnxOperator.MOD, OnnxOperator.SUB,
  };
  private static final OnnxOperator[] ROTATE = {
    OnnxOperator.POW,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.MOD,
    OnnxOperator.SUB,
    OnnxOperator.ADD,
    OnnxOperator.LESS,
    OnnxOperator.WHERE
  };

  private BitOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("bitwise_and", pairwise(OnnxOperator.BITWISE_AND), OnnxOperator.BITWISE_AND)
        .add("bitwise_or", pairwise(OnnxOperator.BITWISE_OR), OnnxOperator.BITWISE_OR)
        .add("bitwise_xor", pairwise(OnnxOperator.BITWISE_XOR), OnnxOperator.BITWISE_XOR)
        .add(
            "toggle_bits",
            e -> e.out(e.sub(e.index(-1), e.cast(e.in(0), ElementType.INT64))),
            OnnxOperator.SUB)
        .add(
            "compare_and_bitpack",
            BitOperators::packComparisons,
            OnnxOperator.GREATER,
            OnnxOperator.DIV,
            OnnxOperator.MUL,
            OnnxOperator.REDUCE_SUM)
        .add("shift_bits", BitOperators::shiftLeft, SHIFT)
        .add("rshift_bits", BitOperators::shiftRight, SHIFT)
        .add("cyclic_shift_bits", e -> rotate(e, false), ROTATE)
        .limits("no INT64")
        .add("cyclic_rshift_bits", e -> rotate(e, true), ROTATE)
        .limits("no INT64")
        .add(
            "bits_hamming_distance",
            BitOperators::hammingDistance,
            OnnxOperator.MOD,
            OnnxOperator.DIV,
            OnnxOperator.EQUAL,
            OnnxOperator.NOT,
            OnnxOperator.LESS,
            OnnxOperator.MUL,
            OnnxOperator.ADD,
            OnnxOperator.REDUCE_SUM)
        .limits("no INT64");
  }

  /** Eight comparisons along the last axis become a byte, the first its highest bit. */
  private static void packComparisons(Emission e) {
    Value greater = e.greater(e.in(0), e.in(1));
    int last = greater.rank() - 1;
    int[] others = IntStream.range(0, last).toArray();
    Value eights = e.div(e.sizesOf(greater, last), e.vector(Byte.SIZE));
    Value sizes =
        last == 0
            ? e.concat(0, eights, e.vector(Byte.SIZE))
            : e.concat(0, e.sizesOf(greater, others), eights, e.vector(Byte.SIZE));
    Value bits = e.cast(e.reshape(greater, sizes), ElementType.INT64);
    Value powers =
        e.vector(LongStream.range(0, Byte.SIZE).map(bit -> 1L << (Byte.SIZE - 1 - bit)).toArray());
    e.out(e.sum(e.mul(bits, powers), false, last + 1));
  }

  private static OperatorHandler pairwise(OnnxOperator operator) {
    return e ->
        e.out(
            e.call(operator, List.of(e.cast(e.in(0), e.outType()), e.cast(e.in(1), e.outType()))));
  }

  private static Value powerOf2(Emission e, Value exponent) {
    return e.pow(e.index(2), e.cast(exponent, ElementType.INT64));
  }

  /** The cast back cuts off what was shifted out. */
  private static void shiftLeft(Emission e) {
    e.out(e.mul(e.cast(e.in(0), ElementType.INT64), powerOf2(e, e.in(1))));
  }

  private static void shiftRight(Emission e) {
    e.out(floorDiv(e, e.cast(e.in(0), ElementType.INT64), powerOf2(e, e.in(1))));
  }

  /** Rounded down, as an arithmetic shift does; Div cuts off. */
  private static Value floorDiv(Emission e, Value x, Value y) {
    return e.div(e.sub(x, mod(e, x, y)), y);
  }

  /** What is left over has the sign of y. */
  private static Value mod(Emission e, Value x, Value y) {
    return e.call(OnnxOperator.MOD, List.of(x, y), Attribute.whole("fmod", 0));
  }

  /** The bits as a number from 0 on. */
  private static Value unsigned(Emission e, int index) {
    Value x = e.in(index);
    if (x.type().bytes() > Integer.BYTES) {
      throw new UnsupportedNodeException("numbers of 64 bits", "use 32 bits");
    }
    return mod(e, e.cast(x, ElementType.INT64), e.index(1L << bits(x)));
  }

  private static int bits(Value x) {
    return Byte.SIZE * x.type().bytes();
  }

  private static void rotate(Emission e, boolean isRight) {
    Value x = unsigned(e, 0);
    int bits = bits(e.in(0));
    Value by = e.cast(e.in(1), ElementType.INT64);
    Value rest = e.sub(e.index(bits), by);
    Value high = mod(e, e.mul(x, powerOf2(e, isRight ? rest : by)), e.index(1L << bits));
    Value low = e.div(x, powerOf2(e, isRight ? by : rest));
    // SameDiff shifts the sign in from the left, which covers what comes around.
    Value signed = e.cast(e.in(0), ElementType.INT64);
    Value shift = isRight ? by : mod(e, rest, e.index(bits));
    Value negative = floorDiv(e, signed, powerOf2(e, shift));
    e.out(e.where(e.less(signed, e.index(0)), negative, e.add(high, low)));
  }

  /** How many bits differ, over all elements. Where the signs do, SameDiff counts to 64 bits. */
  private static void hammingDistance(Emission e) {
    int bits = bits(e.in(0));
    Value powers = e.vector(LongStream.range(0, bits).map(bit -> 1L << bit).toArray());
    Value differs = e.not(e.equal(bits(e, 0, powers), bits(e, 1, powers)));
    Value signs = e.not(e.equal(isNegative(e, 0), isNegative(e, 1)));
    Value beyond = e.mul(e.cast(signs, ElementType.INT64), e.index(Long.SIZE - bits));
    Value counts = e.sum(e.cast(differs, ElementType.INT64), false);
    e.out(e.add(counts, e.sum(beyond, false)));
  }

  private static Value isNegative(Emission e, int index) {
    Value x = e.cast(e.in(index), ElementType.INT64);
    return e.less(x, e.index(0));
  }

  private static Value bits(Emission e, int index, Value powers) {
    Value x = unsigned(e, index);
    return mod(e, e.div(e.unsqueeze(x, -1), powers), e.index(2));
  }
}

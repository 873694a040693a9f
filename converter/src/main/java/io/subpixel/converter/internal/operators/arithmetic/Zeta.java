package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Hurwitz' zeta function and the slopes of the digamma function, which follow from it. ONNX has
 * neither: <a href="https://dlmf.nist.gov/25.11#iii">ten terms and an Euler-Maclaurin remainder</a>
 * in double, good to ten digits and more for s above 1 and q above 0. Opset 13 on.
 */
final class Zeta {
  static final OnnxOperator[] ZETA = {
    OnnxOperator.POW,
    OnnxOperator.NEG,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV
  };
  static final OnnxOperator[] POLYGAMMA =
      Stream.of(
              ZETA,
              LogGamma.EMITS,
              Digamma.EMITS,
              new OnnxOperator[] {
                OnnxOperator.EXP, OnnxOperator.MOD, OnnxOperator.EQUAL, OnnxOperator.FLOOR
              })
          .flatMap(Arrays::stream)
          .distinct()
          .toArray(OnnxOperator[]::new);

  private static final int TERMS = 10;

  /** Bernoulli's numbers of even index by the factorial of that index. */
  private static final double[] BERNOULLI = {
    1.0 / 12,
    -1.0 / 720,
    1.0 / 30240,
    -1.0 / 1209600,
    1.0 / 47900160,
    -691.0 / 1307674368000.0,
    1.0 / 74724249600.0,
    -3617.0 / 10670622842880000.0
  };

  private Zeta() {}

  /** Inputs s and q. */
  static void zeta(Emission e) {
    e.out(of(e, e.cast(e.in(0), ElementType.DOUBLE), e.cast(e.in(1), ElementType.DOUBLE)));
  }

  /** Inputs n, whole, and x: {@code (-1)^(n+1) n! zeta(n + 1, x)}, and digamma for n = 0. */
  static void polygamma(Emission e) {
    Value n = e.cast(e.in(0), ElementType.DOUBLE);
    Value x = e.cast(e.in(1), ElementType.DOUBLE);
    Value next = e.add(n, 1);
    Value odd = ArithmeticOperators.remainder(e, n, e.scalar(n, 2));
    Value sign = e.sub(e.mul(odd, 2), 1);
    Value slope = e.mul(e.mul(sign, e.exp(LogGamma.of(e, next))), of(e, next, x));
    Value known = e.where(e.equal(n, e.scalar(n, 0)), Digamma.of(e, x), slope);
    // SameDiff knows no other order than whole ones.
    e.out(e.where(e.equal(e.floor(n), n), known, e.scalar(n, Double.NaN)));
  }

  private static Value of(Emission e, Value s, Value q) {
    Value power = e.neg(s);
    Value sum = e.pow(q, power);
    for (int k = 1; k < TERMS; k++) {
      sum = e.add(sum, e.pow(e.add(q, k), power));
    }
    Value a = e.add(q, TERMS);
    Value last = e.pow(a, power);
    sum = e.add(sum, e.div(e.mul(last, a), e.sub(s, 1)));
    sum = e.add(sum, e.mul(last, 0.5));
    Value factor = e.div(e.mul(last, s), a);
    Value square = e.square(a);
    for (int j = 0; j < BERNOULLI.length; j++) {
      sum = e.add(sum, e.mul(factor, BERNOULLI[j]));
      Value rising = e.mul(e.add(s, 2 * j + 1), e.add(s, 2 * j + 2));
      factor = e.div(e.mul(factor, rising), square);
    }
    return sum;
  }
}

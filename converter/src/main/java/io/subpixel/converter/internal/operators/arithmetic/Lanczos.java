package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;

/**
 * Lanczos' approximation of the gamma function with g = 7 and nine terms, good to about 15 digits
 * for x of 1/2 and more: {@code gamma(z + 1) = sqrt(2 pi) (z + 7.5)^(z + 0.5) e^-(z + 7.5) S(z)}.
 */
final class Lanczos {
  static final double SHIFT = 7.5;

  private static final double[] TERMS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private Lanczos() {}

  /** S(z). */
  static Value series(Emission e, Value z) {
    Value sum = e.scalar(z, TERMS[0]);
    for (int i = 1; i < TERMS.length; i++) {
      sum = e.add(sum, e.div(e.scalar(z, TERMS[i]), e.add(z, i)));
    }
    return sum;
  }

  /** The derivative of S(z). */
  static Value slope(Emission e, Value z) {
    Value sum = e.scalar(z, 0);
    for (int i = 1; i < TERMS.length; i++) {
      sum = e.add(sum, e.div(e.scalar(z, -TERMS[i]), e.square(e.add(z, i))));
    }
    return sum;
  }
}

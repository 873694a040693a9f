package io.subpixel.converter.internal.verification;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares tensors as the verification does. */
public final class TensorAssert {
  private TensorAssert() {}

  /** Types and shapes must be equal, values within {@code tolerance} of the largest magnitude. */
  public static void assertSame(String what, Tensor expected, Tensor received, double tolerance) {
    assertThat(Difference.between(what, expected, received, tolerance).fault()).as(what).isEmpty();
  }
}

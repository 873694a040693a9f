package io.subpixel.converter.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.graph.Shape;
import java.util.Map;

/** Compares tensors as the verification does. */
public final class TensorAssert {
  private TensorAssert() {}

  /** Types and shapes must be equal, values within {@code tolerance} of the largest magnitude. */
  public static void assertSame(String what, Tensor expected, Tensor received, double tolerance) {
    Difference difference = new Difference(what, Shape.of(expected.sizes()), tolerance);
    difference.add(expected, received, Map.of());
    assertThat(difference.result().fault()).as(what).isEmpty();
  }
}

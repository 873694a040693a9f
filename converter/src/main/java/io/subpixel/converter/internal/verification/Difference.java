package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.verification.ValueResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Collects how far one value is from what it should be, trial by trial. */
public final class Difference {
  private final String value;
  private final Shape declared;
  private final double tolerance;
  private boolean ran;
  private double absolute;
  private double relative;
  private String fault = "";

  /**
   * @param tolerance the largest relative difference that counts as accurate
   */
  Difference(String value, Shape declared, double tolerance) {
    this.value = value;
    this.declared = declared;
    this.tolerance = tolerance;
  }

  /** Another of the same value, of which nothing is known yet. */
  Difference another() {
    return new Difference(value, declared, tolerance);
  }

  /** Adds what another found. */
  void merge(Difference other) {
    ran |= other.ran;
    absolute = Math.max(absolute, other.absolute);
    relative = Math.max(relative, other.relative);
    fault = fault.isEmpty() ? other.fault : fault;
  }

  /**
   * Compares one trial's tensors.
   *
   * @param symbols the sizes that the inputs' symbolic axes have in this trial
   */
  void add(Tensor expected, Tensor received, Map<String, Long> symbols) {
    ran = true;
    if (!Arrays.equals(expected.sizes(), received.sizes())) {
      fail(
          "expected shape %s, received %s"
              .formatted(Arrays.toString(expected.sizes()), Arrays.toString(received.sizes())));
      return;
    }
    checkDeclared(received.sizes(), symbols);
    if (expected.type() != received.type()) {
      fail("expected %s, received %s".formatted(expected.type(), received.type()));
      return;
    }
    double largest = 0;
    double magnitude = 0;
    double[] expectedValues = expected.values();
    double[] receivedValues = received.values();
    for (int i = 0; i < expectedValues.length; i++) {
      double should = expectedValues[i];
      double is = receivedValues[i];
      if (Double.isFinite(should) && Double.isFinite(is)) {
        largest = Math.max(largest, Math.abs(should - is));
        magnitude = Math.max(magnitude, Math.abs(should));
      } else if (Double.compare(should, is) != 0) {
        fail("expected %s at %d, received %s".formatted(should, i, is));
        return;
      }
    }
    double share = largest == 0 ? 0 : magnitude == 0 ? largest : largest / magnitude;
    absolute = Math.max(absolute, largest);
    relative = Math.max(relative, share);
    // What is below the smallest normal float may count as zero on either side.
    if (share > allowed(expected.type()) && largest > Float.MIN_NORMAL && fault.isEmpty()) {
      fault =
          "expected a relative difference of at most %s, received %.3g"
              .formatted(allowed(expected.type()), share);
    }
  }

  private double allowed(ElementType type) {
    return switch (type) {
      case FLOAT16, BFLOAT16 -> Math.max(tolerance, Verification.HALF_TOLERANCE);
      case FLOAT, DOUBLE, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOL ->
          tolerance;
    };
  }

  ValueResult result() {
    String found = ran ? fault : "it was never run";
    return new ValueResult(value, ran, found.isEmpty(), absolute, relative, found);
  }

  private void checkDeclared(long[] sizes, Map<String, Long> symbols) {
    List<Dim> dims = declared.dims();
    boolean fits = dims.size() == sizes.length;
    for (int axis = 0; fits && axis < sizes.length; axis++) {
      long size = sizes[axis];
      if (dims.get(axis) instanceof Dim.Fixed fixed) {
        fits = fixed.size() == size;
      } else if (dims.get(axis) instanceof Dim.Symbol symbol
          && symbols.containsKey(symbol.name())) {
        fits = symbols.get(symbol.name()) * symbol.factor() == size;
      }
    }
    if (!fits) {
      fail("declared as %s, received shape %s".formatted(declared, Arrays.toString(sizes)));
    }
  }

  private void fail(String reason) {
    absolute = Double.POSITIVE_INFINITY;
    relative = Double.POSITIVE_INFINITY;
    fault = fault.isEmpty() ? reason : fault;
  }

  /**
   * Compares two tensors: their types, their sizes, every element.
   *
   * @param tolerance the largest difference, as a share of the largest magnitude in {@code
   *     expected}
   */
  public static ValueResult between(
      String value, Tensor expected, Tensor received, double tolerance) {
    Difference difference = new Difference(value, Shape.of(expected.sizes()), tolerance);
    difference.add(expected, received, Map.of());
    return difference.result();
  }
}

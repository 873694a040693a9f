package io.subpixel.converter.verification;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Collects how far one value is from what it should be, trial by trial. */
final class Difference {
  private final String value;
  private final Shape declared;
  private boolean ran;
  private double absolute;
  private double relative;
  private String fault = "";

  Difference(String value, Shape declared) {
    this.value = value;
    this.declared = declared;
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
    double largest = 0;
    double magnitude = 0;
    for (int i = 0; i < expected.values().length; i++) {
      float should = expected.values()[i];
      float is = received.values()[i];
      if (Float.isFinite(should) && Float.isFinite(is)) {
        largest = Math.max(largest, Math.abs((double) should - is));
        magnitude = Math.max(magnitude, Math.abs(should));
      } else if (Float.compare(should, is) != 0) {
        fail("expected %s at %d, received %s".formatted(should, i, is));
        return;
      }
    }
    double share = largest == 0 ? 0 : largest / magnitude;
    absolute = Math.max(absolute, largest);
    relative = Math.max(relative, share);
    if (share > Verification.TOLERANCE && fault.isEmpty()) {
      fault =
          "expected a relative difference of at most %s, received %.3g"
              .formatted(Verification.TOLERANCE, share);
    }
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
}

package io.subpixel.converter.internal.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DifferenceTest {
  private static final Map<String, Long> TWO = Map.of("W", 2L);

  private final Difference difference = new Difference("y", Shape.of(Dim.named("W")), 1e-5);

  @Test
  void differencesAreRelativeToTheLargestMagnitude() {
    difference.add(of(-4, 1), of(-4, 1.00001f), TWO);

    assertThat(difference.result().absolute()).isBetween(0.9e-5, 1.1e-5);
    assertThat(difference.result().relative()).isBetween(0.9e-5 / 4, 1.1e-5 / 4);
    assertThat(difference.result().accurate()).isTrue();
  }

  @Test
  void theWorstTrialCounts() {
    difference.add(of(1, 1), of(1, 1.001f), TWO);
    difference.add(of(1, 1), of(1, 1), TWO);

    assertThat(difference.result().accurate()).isFalse();
    assertThat(difference.result().relative()).isBetween(0.9e-3, 1.1e-3);
  }

  @Test
  void besideZerosTheDifferenceIsAbsolute() {
    difference.add(of(0, 0), of(0, 1e-6f), TWO);
    assertThat(difference.result().accurate()).isTrue();

    difference.add(of(0, 0), of(0, 1e-4f), TWO);
    assertThat(difference.result().accurate()).isFalse();
  }

  @Test
  void whatIsNotFiniteMustBeSoOnBothSides() {
    difference.add(
        of(Float.NaN, Float.NEGATIVE_INFINITY), of(Float.NaN, Float.NEGATIVE_INFINITY), TWO);
    assertThat(difference.result().accurate()).isTrue();

    for (float other : new float[] {0, Float.NaN, Float.NEGATIVE_INFINITY}) {
      Difference infinite = new Difference("y", Shape.of(2), 1e-5);
      infinite.add(of(1, Float.POSITIVE_INFINITY), of(1, other), TWO);
      assertThat(infinite.result().accurate()).isFalse();
      assertThat(infinite.result().absolute()).isInfinite();
      Difference finite = new Difference("y", Shape.of(2), 1e-5);
      finite.add(of(1, other), of(1, Float.POSITIVE_INFINITY), TWO);
      assertThat(finite.result().accurate()).isFalse();
    }
    Difference nan = new Difference("y", Shape.of(2), 1e-5);
    nan.add(of(1, 1), of(1, Float.NaN), TWO);
    assertThat(nan.result().accurate()).isFalse();
  }

  @Test
  void shapesMustBeTheSameAndAsDeclared() {
    difference.add(
        of(1, 2), new Tensor(new long[] {1, 2}, Elements.of(ElementType.FLOAT, 1, 2)), TWO);
    assertThat(difference.result().fault()).isEqualTo("expected shape [2], received [1, 2]");

    Difference declared = new Difference("y", Shape.of(Dim.named("W").times(2)), 1e-5);
    declared.add(of(1, 2), of(1, 2), TWO);
    assertThat(declared.result().fault()).isEqualTo("declared as [x2W], received shape [2]");
  }

  @Test
  void whatNeverRanIsNotAccurate() {
    assertThat(difference.result().accurate()).isFalse();
  }

  private static Tensor of(double... values) {
    return new Tensor(new long[] {values.length}, Elements.of(ElementType.FLOAT, values));
  }
}

package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.operators.standard.StandardOperators;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

final class OperatorCoverageTest {
  static final List<OperatorContract> FAMILIES =
      List.of(
          new ArithmeticOperatorsTest(),
          new ActivationOperatorsTest(),
          new TransformOperatorsTest(),
          new NumericOperatorsTest(),
          new ComparisonOperatorsTest(),
          new ConvolutionOperatorsTest(),
          new ShapeOperatorsTest(),
          new CreationOperatorsTest(),
          new IndexingOperatorsTest(),
          new ReductionOperatorsTest(),
          new NormalizationOperatorsTest(),
          new LossOperatorsTest(),
          new LinalgOperatorsTest(),
          new AttentionOperatorsTest(),
          new RecurrentOperatorsTest(),
          new PoolingOperatorsTest(),
          new ImageOperatorsTest(),
          new ShapeOperatorsTest());

  @Test
  void everyRegisteredOperatorIsTried() {
    Set<String> tried = new HashSet<>();
    for (OperatorContract family : FAMILIES) {
      family
          .cases()
          .forEach(
              one ->
                  one.network(true).getOps().values().stream()
                      .map(SameDiffOp::getOp)
                      .forEach(op -> tried.add(op.opName())));
    }
    assertThat(tried).containsAll(StandardOperators.registry().entries().keySet());
  }
}

package io.subpixel.converter.operators;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.operators.standard.StandardOperators;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;

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
          new ImageOperatorsTest());

  @Test
  void everyFamilyIsListedOnce() throws Exception {
    Path folder = Path.of(requireNonNull(OperatorCoverageTest.class.getResource("")).toURI());
    List<Class<?>> compiled = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName()).replace(".class", "");
        Class<?> type = Class.forName(OperatorCoverageTest.class.getPackageName() + "." + name);
        if (OperatorContract.class.isAssignableFrom(type) && type != OperatorContract.class) {
          compiled.add(type);
        }
      }
    }
    assertThat(compiled).isNotEmpty();
    assertThat(FAMILIES.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(compiled);
  }

  /**
   * It must make an output of a case: within the graph of another one's case, it isn't compared.
   */
  @Test
  void theOutputOfEveryRegisteredOperatorIsCompared() {
    Set<String> compared = new HashSet<>();
    for (OperatorContract family : FAMILIES) {
      family
          .cases()
          .forEach(
              one -> {
                SameDiff network = one.network(true);
                for (String output : network.outputs()) {
                  DifferentialFunction op = network.getVariableOutputOp(output);
                  if (op != null) {
                    compared.add(op.opName());
                  }
                }
              });
    }
    assertThat(compared).containsAll(StandardOperators.registry().entries().keySet());
  }
}

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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
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
          new ImageOperatorsTest());

  /** These change a list, whose values another operator reads. */
  private static final Set<String> LISTS =
      Set.of("create_list", "scatter_list", "tensorarraywritev3");

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

  @Test
  void theResultOfEveryRegisteredOperatorIsCompared() {
    Set<String> compared = new HashSet<>();
    Set<String> tried = new HashSet<>();
    for (OperatorContract family : FAMILIES) {
      family
          .cases()
          .forEach(
              one -> {
                SameDiff network = one.network(true);
                for (SameDiffOp each : network.getOps().values()) {
                  String operator = each.getOp().opName();
                  tried.add(operator);
                  if (isAbout(one, operator) || makesAnOutput(each, network)) {
                    compared.add(operator);
                  }
                }
              });
    }
    assertThat(tried).containsAll(LISTS);
    compared.addAll(LISTS);
    assertThat(compared).containsAll(StandardOperators.registry().entries().keySet());
  }

  private static boolean makesAnOutput(SameDiffOp operator, SameDiff network) {
    return operator.getOutputsOfOp().stream().anyMatch(network.outputs()::contains);
  }

  /** Cases may use their operator's result for more, and are then named after it. */
  private static boolean isAbout(OperatorCase one, String operator) {
    return one.name().matches(Pattern.quote(operator) + "([ ,].*)?");
  }
}

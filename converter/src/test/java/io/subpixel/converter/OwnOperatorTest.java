package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.zoo.VerificationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

/** A handler that the library doesn't have, as docs/adding-an-operator.md shows it. */
final class OwnOperatorTest {
  @TempDir Path folder;

  private static SameDiff network() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    network.math().cube("y", x);
    return network;
  }

  private static OperatorRegistry.Builder withoutCube() {
    OperatorRegistry.Builder builder = OperatorRegistry.builder();
    StandardOperators.registry()
        .entries()
        .forEach(
            (name, entry) -> {
              if (!name.equals("cube")) {
                builder.add(name, entry.handler(), entry.emits().toArray(OnnxOperator[]::new));
              }
            });
    return builder;
  }

  @Test
  void anOwnHandlerIsUsedAndVerified() throws Exception {
    Path out = folder.resolve("model.onnx");
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network(), ExportOptions.DEFAULT.withOperators(withoutCube().build()), out))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("cube");

    OperatorRegistry own =
        withoutCube()
            .build()
            .with()
            .add("cube", e -> e.out(e.mul(e.square(e.in(0)), e.in(0))), OnnxOperator.MUL)
            .build();
    ExportReport report =
        OnnxExport.export(network(), ExportOptions.DEFAULT.withOperators(own), out);

    assertThat(OnnxFile.read(out).operators()).containsExactly("Mul", "Mul");
    assertThat(report.verified()).isTrue();
  }

  @Test
  void aWrongOneIsCaught() {
    OperatorRegistry wrong =
        withoutCube()
            .build()
            .with()
            .add("cube", e -> e.out(e.square(e.in(0))), OnnxOperator.MUL)
            .build();

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network(),
                    ExportOptions.DEFAULT.withOperators(wrong),
                    folder.resolve("model.onnx")))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("y: expected a relative difference");
  }

  private static OperatorRegistry cubeBy(OperatorHandler handler) {
    return withoutCube().build().with().add("cube", handler, OnnxOperator.MUL).build();
  }

  static Stream<Arguments> brokenHandlers() {
    OperatorHandler undeclared = e -> e.out(e.exp(e.in(0)));
    OperatorHandler resultless = e -> e.square(e.in(0));
    OperatorHandler unknown = e -> e.out(Optional.<Value>empty().orElseThrow());
    @SuppressWarnings("NullAway") // the bug
    OperatorHandler pointless = e -> e.out(e.square(Objects.requireNonNull(null)));
    OperatorHandler outside = e -> e.out(e.all().get(1));
    OperatorHandler divided = e -> e.out(e.mul(e.in(0), Math.floorDiv(1, e.inputCount() - 1)));
    OperatorHandler illegal = e -> e.out(e.call(OnnxOperator.MUL, e.in(0)));
    return Stream.of(
        Arguments.of(undeclared, IllegalStateException.class),
        Arguments.of(resultless, IllegalStateException.class),
        Arguments.of(unknown, NoSuchElementException.class),
        Arguments.of(pointless, NullPointerException.class),
        Arguments.of(outside, IndexOutOfBoundsException.class),
        Arguments.of(divided, ArithmeticException.class),
        Arguments.of(illegal, IllegalArgumentException.class));
  }

  @ParameterizedTest
  @MethodSource("brokenHandlers")
  void aBugOfAHandlerIsThrownOn(OperatorHandler handler, Class<? extends Exception> bug) {
    ExportOptions options = ExportOptions.DEFAULT.withOperators(cubeBy(handler));
    Path out = folder.resolve("model.onnx");
    List<ExportReport> reports = new ArrayList<>();

    assertThatThrownBy(() -> OnnxExport.export(network(), options, out, reports::add))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("(cube): the operator's handler has a bug")
        .hasCauseInstanceOf(bug);
    assertThatThrownBy(() -> OnnxExport.problems(network(), options)).hasCauseInstanceOf(bug);
    assertThatThrownBy(() -> OnnxExport.inputShapes(network(), options)).hasCauseInstanceOf(bug);
    assertThat(out).doesNotExist();
    assertThat(reports)
        .singleElement()
        .satisfies(
            report ->
                assertThat(report.nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.converted()).isFalse())
                    .satisfies(
                        node -> assertThat(node.fault()).isEqualTo("its handler has a bug")));
  }

  @ParameterizedTest
  @MethodSource("brokenHandlers")
  void aCommandSaysThatItIsABugOfOurs(OperatorHandler handler, Class<? extends Exception> bug) {
    ExportOptions options = ExportOptions.DEFAULT.withOperators(cubeBy(handler));
    StringWriter err = new StringWriter();
    CommandLine command =
        CommandRunner.prepare(new Export(() -> OnnxExport.problems(network(), options).size()));
    command.setErr(new PrintWriter(err));

    assertThat(command.execute()).isEqualTo(ExitStatus.BUG);
    assertThat(err.toString())
        .startsWith("export: internal error: ")
        .hasLineCount(1)
        .doesNotContain("inputs or settings");
  }

  @Test
  void anAxisThatTheInputDoesNotHaveIsRefused() throws Exception {
    OperatorHandler deeper = e -> e.out(e.squeeze(e.in(0), e.in(0).axis(2)));

    assertThat(OnnxExport.problems(network(), ExportOptions.DEFAULT.withOperators(cubeBy(deeper))))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.reason())
                    .startsWith("inputs or settings that its operator doesn't take, axis: expected")
                    .contains("received 2"));
  }

  /** A command of an application. */
  @CommandLine.Command(name = "export")
  private record Export(Callable<Integer> work) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      return work.call();
    }
  }

  @Test
  void aBugBehindAnotherProblemIsNotBlamedOnTheHandler() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    network.math().cube("z", network.math().erf(x));
    OperatorRegistry noErf =
        OperatorRegistry.builder()
            .add("cube", e -> e.out(Optional.<Value>empty().orElseThrow()), OnnxOperator.MUL)
            .build();

    assertThat(OnnxExport.problems(network, ExportOptions.DEFAULT.withOperators(noErf)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.operator()).isEqualTo("erf"));
  }
}

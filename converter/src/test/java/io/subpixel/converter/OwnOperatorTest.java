package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.zoo.VerificationException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

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
}

package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import io.subpixel.zoo.VerificationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Quotients that end the process where native code computes them. */
final class DivisionExportTest {
  private static final ExportOptions OPTIONS = ExportOptions.DEFAULT.withOutputs(List.of("y"));

  @TempDir private Path folder;

  private Path model() {
    return folder.resolve("model.onnx");
  }

  private void assertRuns(INDArray expected, INDArray x, INDArray by) {
    try (OnnxRun run = OnnxRun.of(model())) {
      Tensor received = run.run(Map.of("x", Tensor.of(x), "by", Tensor.of(by))).get("y");
      TensorAssert.assertSame("y", Tensor.of(expected), Objects.requireNonNull(received), 0);
    }
  }

  @Test
  void theLeastNumberByMinusOneWrapsAround() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.INT32, 4);
    x.div("y", network.placeHolder("by", DataType.INT32, 4));
    OnnxExport.export(network, OPTIONS.withVerify(false), model());
    assertRuns(
        Nd4j.createFromArray(Integer.MIN_VALUE, -7, 3, -2),
        Nd4j.createFromArray(Integer.MIN_VALUE, 7, 7, 7),
        Nd4j.createFromArray(-1, -1, 2, -3));
  }

  @Test
  void aStoredDivisorNeedsNoGuard() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.INT32, 2);
    x.div("y", network.constant("by", Nd4j.createFromArray(2, 3)));
    OnnxExport.export(network, OPTIONS, model());
    Assertions.assertThat(OnnxFile.read(model()).operators()).containsExactly("Div");
  }

  @Test
  void aTrialThatWouldEndTheProcessIsNotRun() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.INT32, 2);
    SDVariable least = network.constant("least", Nd4j.createFromArray(Integer.MIN_VALUE, 7));
    least.add(x.mul(0)).div("y", x.sub(x).sub(1));
    assertThatThrownBy(() -> OnnxExport.export(network, OPTIONS, model()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the least whole number divided by -1");
  }

  @Test
  void whatWouldEndTheProcessIsNotFolded() {
    for (int divisor : new int[] {0, -1}) {
      SameDiff network = SameDiff.create();
      SDVariable x = network.placeHolder("x", DataType.INT32, 2);
      SDVariable least = network.constant("least", Nd4j.createFromArray(Integer.MIN_VALUE, 7));
      SDVariable by = network.constant("by", Nd4j.createFromArray(divisor, 2));
      x.add("y", least.div(by));
      assertThatThrownBy(() -> OnnxExport.export(network, OPTIONS, model()))
          .isInstanceOf(VerificationException.class);
    }
  }
}

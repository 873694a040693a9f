package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.BaseOp;

/** Dropout is there for training: the model that is shipped keeps everything. */
final class DropoutExportTest {
  @TempDir Path folder;

  private static SameDiff network(boolean dropsOut) {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable hidden = network.math().tanh("hidden", x);
    SDVariable kept = dropsOut ? network.nn().dropout("dropped", hidden, 0.5) : hidden;
    kept = dropsOut ? network.nn().dropoutInverted("again", kept, 0.5) : kept;
    network.math().square("y", kept);
    network.setOutputs("y");
    return network;
  }

  @Test
  void aModelWithDropoutIsTheOneWithoutIt() throws Exception {
    Path with = folder.resolve("with.onnx");
    Path without = folder.resolve("without.onnx");

    // Both are verified against SameDiff with everything kept.
    OnnxExport.export(network(true), ExportOptions.DEFAULT, with);
    OnnxExport.export(network(false), ExportOptions.DEFAULT, without);

    assertThat(Files.readAllBytes(with)).isEqualTo(Files.readAllBytes(without));
  }

  @Test
  void dropoutLeavesTheCallersGraphAlone() throws Exception {
    SameDiff network = network(true);
    OnnxExport.export(network, ExportOptions.DEFAULT, folder.resolve("model.onnx"));

    assertThat(network.getOps().values())
        .filteredOn(op -> op.getOp().opName().startsWith("dropout"))
        .hasSize(2)
        .allSatisfy(op -> assertThat(((BaseOp) op.getOp()).extraArgs()).containsExactly(0.5));
  }
}

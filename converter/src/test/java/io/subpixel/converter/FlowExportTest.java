package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import io.subpixel.converter.operators.OperatorCase;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.source.NetworkFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Enter;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Exit;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.LoopCond;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Merge;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.NextIteration;
import org.nd4j.linalg.factory.Nd4j;

/** Conditionals and loops: ONNX Runtime beside SameDiff, on inputs that go every way. */
final class FlowExportTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  private static SDVariable rows(SameDiff network) {
    return network.placeHolder("x", DataType.FLOAT, -1, 3);
  }

  private static INDArray all(double value, int rows) {
    return Nd4j.valueArrayOf(new long[] {rows, 3}, value, DataType.FLOAT);
  }

  /** Before and after it was saved, in the first and the last opset. */
  private void check(SameDiff made, String operator, String... outputs) throws Exception {
    Path saved = folder.resolve("network.fb");
    made.save(saved.toFile(), false);
    SameDiff loaded = NetworkFile.read(saved).sameDiff();
    Path model = folder.resolve("model.onnx");
    for (SameDiff network : List.of(made, loaded)) {
      for (int opset : new int[] {Opset.LEAST, 17, Opset.MOST}) {
        OnnxExport.export(
            network, ExportOptions.DEFAULT.withOutputs(List.of(outputs)).withOpset(opset), model);
        assertThat(OnnxFile.read(model).operators()).contains(operator);
        try (OnnxRun run = OnnxRun.of(model)) {
          for (INDArray x : List.of(all(0.05, 1), all(0.4, 4), all(-2, 2), all(30, 5))) {
            // What a branch gave in an earlier run would count as this run's.
            network.getSessions().clear();
            Map<String, Tensor> received = run.run(Map.of("x", Tensor.of(x)));
            Map<String, INDArray> expected = network.output(Map.of("x", x.dup()), outputs);
            for (String output : outputs) {
              TensorAssert.assertSame(
                  output,
                  Tensor.of(Objects.requireNonNull(expected.get(output))),
                  Objects.requireNonNull(received.get(output)),
                  TOLERANCE);
            }
          }
        }
      }
    }
  }

  @Test
  void oneOfTwoBranches() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    SDVariable w = network.var("w", Nd4j.rand(DataType.FLOAT, 3, 3));
    network.ifCond("y", "either", g -> x.sum().gt(1.0), g -> x.mmul(w).add(1), g -> x.sub(w.sum()));
    check(network, "If", "y");
  }

  @Test
  void aBranchInABranch() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    network.ifCond(
        "y",
        "outer",
        g -> x.sum().gt(0.0),
        g -> g.ifCond("z", "inner", h -> x.mean().gt(0.5), h -> x.mul(2), h -> x.mul(3)),
        g -> x.neg());
    check(network, "If", "y");
  }

  @Test
  void aLoopThatCounts() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    SDVariable zero = network.constant("zero", Nd4j.scalar(0f));
    // Far from 0, near which float tanh keeps few digits.
    SDVariable w = network.var("w", Networks.values(7, 3, 3).mul(0.5).add(0.5));
    network.whileLoop(
        new String[] {"n", "y"},
        "loop",
        new SDVariable[] {zero, x},
        (g, v) -> v[0].lt(4.0),
        (g, v) -> new SDVariable[] {v[0].add(1.0), g.math().tanh(v[1].mmul(w))});
    check(network, "Loop", "y", "n");
  }

  @Test
  void aLoopWhoseRoundsDependOnValues() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    network.whileLoop(
        new String[] {"y"},
        "loop",
        new SDVariable[] {x},
        (g, v) -> v[0].sum().lt(50.0),
        (g, v) -> new SDVariable[] {g.math().abs(v[0]).mul(1.5).add(0.1)});
    check(network, "Loop", "y");
  }

  @Test
  void aBranchInALoop() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    SDVariable zero = network.constant("zero", Nd4j.scalar(0f));
    network.whileLoop(
        new String[] {"n", "y"},
        "loop",
        new SDVariable[] {zero, x},
        (g, v) -> v[0].lt(3.0),
        (g, v) ->
            new SDVariable[] {
              v[0].add(1.0),
              network.ifCond("c", "either", h -> v[0].gt(1.0), h -> v[1].add(2), h -> v[1].mul(3))
            });
    check(network, "Loop", "y");
  }

  @Test
  void aLoopThatGrows() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    SDVariable zero = network.constant("zero", Nd4j.scalar(0f));
    network.whileLoop(
        new String[] {"n", "y"},
        "loop",
        new SDVariable[] {zero, x},
        (g, v) -> v[0].lt(2.0),
        (g, v) -> new SDVariable[] {v[0].add(1.0), g.concat(0, v[1], v[1])});
    check(network, "Loop", "y");
  }

  /** As graphs of TensorFlow have it: the condition is handed on by a node of its own. */
  @Test
  void aLoopOfAnImport() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    SDVariable entered = new Enter(network, "frame", x).outputVariable();
    Merge merge = new Merge(network, entered, entered);
    SDVariable merged = merge.outputVariable();
    SDVariable goesOn = OperatorCase.made(new LoopCond(), merged.sum().lt(50.0));
    SDVariable[] ways = network.switchOp(merged, goesOn);
    new Exit(network, ways[0]).outputVariable().rename("y");
    SDVariable next = network.math().abs(ways[1]).mul(1.5).add(0.1);
    merge.replaceArg(1, new NextIteration(network, next).outputVariable());
    check(network, "Loop", "y");
  }

  @Test
  void aFlagWithoutAShapeIsAScalar() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable flag = network.placeHolder("flag", DataType.FLOAT);
    SDVariable x = rows(network);
    network.ifCond("y", "either", g -> flag.gt(0.5), g -> x.add(1), g -> x.mul(2));
    Path model = folder.resolve("model.onnx");
    OnnxExport.export(network, ExportOptions.DEFAULT.withOutputs(List.of("y")), model);
    try (OnnxRun run = OnnxRun.of(model)) {
      for (float on : new float[] {0, 1}) {
        INDArray scalar = Nd4j.scalar(on);
        Tensor received =
            run.run(Map.of("flag", Tensor.of(scalar), "x", Tensor.of(all(3, 2)))).get("y");
        INDArray expected = all(on == 1 ? 4 : 6, 2);
        TensorAssert.assertSame(
            "y", Tensor.of(expected), Objects.requireNonNull(received), TOLERANCE);
      }
    }
  }

  @Test
  void namesWhatInsideCantBeExported() {
    SameDiff network = SameDiff.create();
    SDVariable x = rows(network);
    network.ifCond(
        "y",
        "either",
        g -> x.sum().gt(1.0),
        g -> x.add(g.random().normal(0, 1, DataType.FLOAT, 3)),
        g -> x);
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network,
                    ExportOptions.DEFAULT.withOutputs(List.of("y")),
                    folder.resolve("model.onnx")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("random numbers");
  }
}

package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import io.subpixel.converter.operators.OperatorCase;
import io.subpixel.converter.source.NetworkFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.NoOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Merge;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Switch;
import org.nd4j.linalg.api.ops.impl.shape.Rank;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.TensorArray;
import org.nd4j.linalg.api.ops.impl.transforms.Assert;
import org.nd4j.linalg.factory.Nd4j;

/** Graphs as TensorFlow's import makes them, exported without options. */
final class TensorflowGraphTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  private Path model() {
    return folder.resolve("model.onnx");
  }

  /** Exports what was saved, without options. */
  private ExportReport export(SameDiff network) throws Exception {
    Path saved = folder.resolve("network.fb");
    network.save(saved.toFile(), false);
    return OnnxExport.export(NetworkFile.read(saved).sameDiff(), ExportOptions.DEFAULT, model());
  }

  private Map<String, Tensor> run(Map<String, INDArray> fed) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    fed.forEach((name, array) -> inputs.put(name, Tensor.of(array)));
    try (OnnxRun run = OnnxRun.of(model())) {
      return run.run(inputs);
    }
  }

  private void assertSame(String output, INDArray expected, Map<String, INDArray> fed) {
    Tensor received = Objects.requireNonNull(run(fed).get(output), output);
    TensorAssert.assertSame(output, Tensor.of(expected), received, TOLERANCE);
  }

  /** Makes one variable, or what makes it, wait for others. */
  private static void await(SDVariable variable, SDVariable... others) {
    SameDiff network = variable.getSameDiff();
    List<String> awaited = Arrays.stream(others).map(TensorflowGraphTest::maker).toList();
    boolean isStored = variable.getVariableType() == VariableType.CONSTANT;
    String waiting = isStored ? variable.name() : maker(variable);
    if (isStored) {
      Objects.requireNonNull(network.getVariables().get(waiting)).setControlDeps(awaited);
    } else {
      Objects.requireNonNull(network.getOps().get(waiting)).setControlDeps(awaited);
    }
    awaited.forEach(
        name ->
            Objects.requireNonNull(network.getOps().get(name)).setControlDepFor(List.of(waiting)));
  }

  private static String maker(SDVariable variable) {
    return Objects.requireNonNull(
        Objects.requireNonNull(variable.getSameDiff().getVariables().get(variable.name()))
            .getOutputOfOp());
  }

  private static SDVariable[] parted(SDVariable value, SDVariable predicate) {
    return new Switch(value.getSameDiff(), value, predicate).outputVariables();
  }

  private static SDVariable merged(String name, SDVariable one, SDVariable other) {
    return new Merge(one.getSameDiff(), one, other).outputVariable().rename(name);
  }

  @Test
  void anAssertionIsLeftOut() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 3, 4);
    SDVariable holds = network.all("holds", x.gt(1e6), 0, 1);
    SDVariable[] sides = parted(holds, holds);
    SDVariable fails = network.identity("fails", sides[0]);
    SDVariable passes = network.identity("passes", sides[1]);
    SDVariable nothing = new NoOp(network, holds).outputVariable();
    await(nothing, passes);
    SDVariable asserted = new Assert(network, parted(holds, holds)[0]).outputVariable();
    SDVariable afterFailing = network.identity("after_failing", fails);
    await(afterFailing, asserted);
    SDVariable afterPassing = network.identity("after_passing", passes);
    await(afterPassing, nothing);
    SDVariable checked = merged("checked", afterFailing, afterPassing);
    SDVariable y = x.add("y", 1);
    await(y, checked);

    export(network);

    assertThat(OnnxFile.read(model()).outputs()).containsOnlyKeys("y");
    INDArray fed = OperatorCase.floats(3, 4);
    assertSame("y", fed.add(1), Map.of("x", fed));
  }

  @Test
  void aStoredArrayIsOfTheBranchThatItWaitsFor() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable flag = network.placeHolder("flag", DataType.BOOL);
    SDVariable[] sides = parted(flag, network.identity("which", flag));
    SDVariable no = network.constant("no", Nd4j.createFromArray(1f, 2f));
    await(no, network.identity("switch_f", sides[0]));
    SDVariable start = network.constant("start", Nd4j.scalar(3f));
    await(start, network.identity("switch_t", sides[1]));
    SDVariable yes = start.mul(network.constant("ones", Nd4j.createFromArray(1f, 2f)));
    merged("y", no, yes);

    // SameDiff runs such a graph only as the import leaves it.
    OnnxExport.export(network, ExportOptions.DEFAULT.withVerify(false), model());

    assertThat(OnnxFile.read(model()).operators()).contains("If");
    assertThat(OnnxFile.read(model()).outputs()).containsOnlyKeys("y");
    assertSame("y", Nd4j.createFromArray(1f, 2f), Map.of("flag", Nd4j.scalar(false)));
    assertSame("y", Nd4j.createFromArray(3f, 6f), Map.of("flag", Nd4j.scalar(true)));
  }

  @Test
  void ofABranchThatIsAlwaysTakenTheOtherIsLeftOut() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 2, 3);
    SDVariable never = network.constant("never", Nd4j.scalar(false));
    SDVariable[] sides = parted(x, never);
    merged("y", sides[0].add(1), sides[1].mul(network.constant(Nd4j.ones(5, 7)).sum()));

    export(network);

    assertThat(OnnxFile.read(model()).operators()).doesNotContain("If");
    INDArray fed = OperatorCase.floats(2, 3);
    assertSame("y", fed.add(1), Map.of("x", fed));
  }

  @Test
  void aLoopThatWritesAListStacksWhatItWrites() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 2, 3);
    SDVariable half = network.constant("half", Nd4j.scalar(0.5f));
    SDVariable time = network.sizeAt(x, 0).castTo(DataType.INT32);
    SDVariable zero = network.constant("zero", Nd4j.scalar(0));
    SDVariable one = network.constant("one", Nd4j.scalar(1));
    TensorArray written = network.tensorArray(DataType.FLOAT);
    SDVariable[] after =
        network.whileLoop(
            new SDVariable[] {zero, x.sum(0), time, written.getVar()},
            (g, v) -> v[0].lt(v[2]),
            (g, v) -> {
              SDVariable next = v[1].mul(half);
              return new SDVariable[] {v[0].add(one), next, v[2], written.write(v[3], v[0], next)};
            });
    written.gather(after[3], network.range(zero, time, one, DataType.INT32)).rename("y");

    export(network);

    assertThat(OnnxFile.read(model()).operators()).contains("Loop");
    for (int rows : new int[] {1, 5}) {
      INDArray fed = OperatorCase.floats(rows, 2, 3);
      INDArray expected = network.output(Map.of("x", fed.dup()), "y").get("y");
      assertSame("y", Objects.requireNonNull(expected), Map.of("x", fed));
    }
  }

  @Test
  void aLoopThatMayNeverEndIsRunWithValuesThatEndIt() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable a = network.placeHolder("a", DataType.FLOAT, 2);
    SDVariable b = network.placeHolder("b", DataType.FLOAT, 2);
    network.whileLoop(
        new String[] {"whole", "half"},
        "halving",
        new SDVariable[] {a, b},
        (g, v) -> v[1].sum().lt(v[0].sum()),
        (g, v) -> new SDVariable[] {v[0], v[1].mul(0.5)});

    export(network);

    assertSame(
        "half",
        Nd4j.createFromArray(3f, 4f),
        Map.of("a", Nd4j.createFromArray(1f, 2f), "b", Nd4j.createFromArray(3f, 4f)));
  }

  @Test
  void anOrderThatFollowsFromTheRankNeedNotBeStored() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3, 4);
    SDVariable rank = new Rank(network, x).outputVariable();
    SDVariable one = network.constant("one", Nd4j.scalar(1));
    SDVariable zero = network.constant("zero", Nd4j.scalar(0));
    SDVariable order = rank.sub(one).sub(network.range(zero, rank, one, DataType.INT32));
    network.permute(x, order).rename("y");

    export(network);

    INDArray fed = OperatorCase.floats(2, 3, 4);
    assertSame("y", fed.permute(2, 1, 0), Map.of("x", fed));
  }

  @Test
  void emptyVectorsAreLeftOutOfAConcatenation() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 2, 3, 4);
    SDVariable zero = network.constant("zero", Nd4j.scalar(0));
    SDVariable one = network.constant("one", Nd4j.scalar(1));
    SDVariable nothing = network.range(zero, zero, one, DataType.INT32);
    SDVariable order =
        network.concat(0, nothing, network.constant("order", Nd4j.createFromArray(1, 0, 2)));
    network.permute(x, order).rename("y");

    export(network);

    INDArray fed = OperatorCase.floats(2, 3, 4);
    assertSame("y", fed.permute(1, 0, 2), Map.of("x", fed));
  }

  @Test
  void inputsGetValuesThatTheirOperatorsTake() throws Exception {
    SameDiff inverted = SameDiff.create();
    inverted.invertPermutation("y", inverted.placeHolder("order", DataType.INT32, 9));
    export(inverted);
    INDArray order = Nd4j.createFromArray(8, 0, 7, 1, 6, 2, 5, 3, 4);
    assertSame("y", Nd4j.createFromArray(1, 3, 5, 7, 8, 6, 4, 2, 0), Map.of("order", order));

    SameDiff filled = SameDiff.create();
    filled.fill("y", filled.placeHolder("sizes", DataType.INT32, 2), DataType.FLOAT, 3);
    export(filled);
    assertSame(
        "y",
        Nd4j.valueArrayOf(new long[] {2, 5}, 3f, DataType.FLOAT),
        Map.of("sizes", Nd4j.createFromArray(2, 5)));
  }

  @Test
  void theOpsetIsThatOfTheOperatorsIfNoneIsAskedFor() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.INT32, 4);
    network.bitwise().and("y", x, network.placeHolder("z", DataType.INT32, 4));

    assertThat(export(network).opset()).isEqualTo(18);
    assertThat(OnnxExport.problems(network, ExportOptions.DEFAULT.withOpset(17)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.reason()).contains("opset 17"));
  }
}

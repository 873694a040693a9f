package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.FakeQuantWithMinMaxVarsPerChannel;
import org.nd4j.linalg.api.ops.custom.FusedBatchNorm;
import org.nd4j.linalg.api.ops.custom.Polygamma;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarEps;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarNot;
import org.nd4j.linalg.api.ops.impl.transforms.CheckNumerics;
import org.nd4j.linalg.api.ops.impl.transforms.custom.FakeQuantWithMinMaxArgs;
import org.nd4j.linalg.api.ops.impl.transforms.custom.FakeQuantWithMinMaxVars;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Zeta;
import org.nd4j.linalg.api.ops.impl.transforms.strict.SetRange;
import org.nd4j.linalg.api.ops.random.impl.DropOut;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.factory.Nd4j;

/** What networks compute beside layers: functions of number theory, quantization, checks. */
final class NumericOperatorsTest extends OperatorContract {
  private static final List<DataType> REALS = List.of(DataType.FLOAT, DataType.DOUBLE);

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
            REALS.stream().flatMap(NumericOperatorsTest::functions),
            REALS.stream().flatMap(NumericOperatorsTest::quantization),
            REALS.stream().flatMap(NumericOperatorsTest::comparisons),
            fusedBatchNorms(),
            dropouts())
        .flatMap(Function.identity());
  }

  private static Stream<OperatorCase> functions(DataType type) {
    INDArray s = OperatorCase.of(type, 1.5, 2, 3, 4, 12, 1.1, 2, 30);
    INDArray q = OperatorCase.of(type, 1, 2, 0.5, 3, 7, 0.25, 50, 40);
    INDArray n = OperatorCase.of(type, 0, 1, 2, 3, 4, 5, 12, 1, 0);
    INDArray x = OperatorCase.of(type, 0.3, 1, 2, 0.5, 3.5, 6, 12, 40, 7);
    return Stream.of(
        // Next to each other these differ by powers of ten, so one of each is compared by itself.
        one("zeta " + type, in -> new Zeta(sd(in), in.get(0), in.get(1)).outputVariable(), s, q),
        one("polygamma " + type, NumericOperatorsTest::polygamma, n, x),
        one(
            "polygamma, orders that aren't whole " + type,
            NumericOperatorsTest::polygamma,
            OperatorCase.of(type, 1.5, 2, 0.5),
            OperatorCase.of(type, 3, 0.7, 2)),
        one(
            "polygamma, high " + type,
            NumericOperatorsTest::polygamma,
            OperatorCase.of(type, 12).reshape(1, 1),
            OperatorCase.of(type, 12).reshape(1, 1)),
        one(
            "zeta, high " + type,
            in -> new Zeta(sd(in), in.get(0), in.get(1)).outputVariable(),
            OperatorCase.of(type, 12),
            OperatorCase.of(type, 7)),
        one(
            "setrange " + type,
            in -> new SetRange(sd(in), in.get(0), false, -1, 2).outputVariable(),
            OperatorCase.of(type, 1, 2.6, -3.1, 0.5, 7.2, -0.2)),
        one(
            "setrange, 0..1 " + type,
            in -> new SetRange(sd(in), in.get(0), false, 0, 1).outputVariable(),
            OperatorCase.of(type, 1, 2.6, -3.1, 0.5, 7.2, -0.2)));
  }

  private static SDVariable polygamma(List<SDVariable> in) {
    return new Polygamma(sd(in), in.get(0), in.get(1)).outputVariable();
  }

  private static Stream<OperatorCase> quantization(DataType type) {
    INDArray x = between(type, -4, 7, 3, 4);
    return Stream.of(
        one("fake_quant, 8 bits " + type, in -> quantized(in, -2, 5, false, 8), x),
        one("fake_quant, 4 bits, narrow " + type, in -> quantized(in, -2, 5, true, 4), x),
        one("fake_quant, from 1 " + type, in -> quantized(in, 1, 5, false, 6), x),
        one("fake_quant, to -1 " + type, in -> quantized(in, -5, -1, true, 6), x),
        one(
            "fake_quant, bounds fed " + type,
            in ->
                new FakeQuantWithMinMaxVars(sd(in), in.get(0), in.get(1), in.get(2), true, 4)
                    .outputVariable(),
            x,
            Nd4j.scalar(type, -2.3),
            Nd4j.scalar(type, 4.9)),
        one(
            "fake_quant, channels " + type,
            in ->
                new FakeQuantWithMinMaxVarsPerChannel(
                        sd(in), in.get(0), in.get(1), in.get(2), 6, false)
                    .outputVariable(),
            x,
            OperatorCase.of(type, -2, -1, 0, -3),
            OperatorCase.of(type, 5, 1, 2, 0.5)));
  }

  private static SDVariable quantized(
      List<SDVariable> in, float least, float most, boolean isNarrow, int bits) {
    return new FakeQuantWithMinMaxArgs(sd(in), in.get(0), least, most, isNarrow, bits)
        .outputVariable();
  }

  private static Stream<OperatorCase> comparisons(DataType type) {
    INDArray x = OperatorCase.of(type, 0, 1, 2, -1, 0.5, 2.0001);
    return Stream.concat(
        IntStream.range(0, 3)
            .boxed()
            .flatMap(
                i ->
                    Stream.of(
                        one(
                            "not_scalar %d %s".formatted(i, type),
                            in -> new ScalarNot(sd(in), in.get(0), i).outputVariable(),
                            x),
                        one(
                            "eps_scalar %d %s".formatted(i, type),
                            in -> new ScalarEps(sd(in), in.get(0), i).outputVariable(),
                            x))),
        Stream.of(
            one(
                "check_numerics " + type,
                in ->
                    new CheckNumerics(
                            sd(in),
                            in.get(0),
                            sd(in).constant("message", Nd4j.scalar("not finite")))
                        .outputVariable()
                        .add(1),
                x)));
  }

  private static Stream<OperatorCase> fusedBatchNorms() {
    return REALS.stream()
        .flatMap(
            type ->
                Stream.of(
                    fusedBatchNorm("fused_batch_norm, channels last " + type, 0, type),
                    fusedBatchNorm("fused_batch_norm, channels first " + type, 1, type)));
  }

  private static OperatorCase fusedBatchNorm(String name, int format, DataType type) {
    INDArray x = reals(type, 2, format == 0 ? 5 : 3, 4, format == 0 ? 3 : 5);
    return all(
        name,
        in ->
            List.of(
                new FusedBatchNorm(sd(in), in.get(0), in.get(1), in.get(2), format, 1)
                    .outputVariables()),
        x,
        OperatorCase.of(type, 0.5, -1, 2),
        OperatorCase.of(type, 3, 0, -1));
  }

  @Test
  void aFusedBatchNormOfStoredMeanAndVarianceIsRefused() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 5, 4, 3);
    SDVariable one = network.constant("one", Nd4j.ones(DataType.FLOAT, 3));
    new FusedBatchNorm(network, x, one, one, 0, /* isTraining= */ 0)
        .outputVariables()[0].rename("y");

    assertThat(OnnxExport.problems(network, ExportOptions.DEFAULT.withOutputs(List.of("y"))))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).startsWith("a stored mean and variance");
              assertThat(problem.help()).isEqualTo("use batchNorm");
            });
  }

  /** Those that drop nothing, as nothing else is the same twice. */
  private static Stream<OperatorCase> dropouts() {
    INDArray x = reals(DataType.FLOAT, 3, 4);
    return Stream.of(
        one("dropout", in -> new DropOut(sd(in), in.get(0), 1).outputVariable().add(1), x),
        one(
                "dropout_inverted",
                in -> new DropOutInverted(sd(in), in.get(0), 1).outputVariable().add(1),
                x)
            .withKnownSizes());
  }

  private static SameDiff sd(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }
}

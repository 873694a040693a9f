package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDNN;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.ThresholdRelu;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Mish;

final class ActivationOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16)
        .flatMap(ActivationOperatorsTest::ofType);
  }

  private static Stream<OperatorCase> ofType(DataType type) {
    INDArray x = between(type, -4, 8, 2, 3, 4);
    INDArray far = OperatorCase.of(type, -1e3, 1e3, 0, -0.0, -5, 5);
    double share = type == DataType.FLOAT16 ? 2e-3 : 1e-5;
    return Stream.of(
            nn("leakyrelu", type, (nn, v) -> nn.leakyRelu(v, 0.2), x),
            nn("relu", type, (nn, v) -> nn.relu(v, 0), x),
            nn("relu, cutoff", type, (nn, v) -> nn.relu(v, 0.3), x),
            nn("relu6", type, (nn, v) -> nn.relu6(v, 0), x),
            nn("relu6, cutoff", type, (nn, v) -> nn.relu6(v, 0.5), x),
            nn("crelu", type, SDNN::cReLU, x),
            nn("elu", type, SDNN::elu, x),
            nn("selu", type, SDNN::selu, x),
            nn("sigmoid", type, SDNN::sigmoid, x),
            nn("hard_sigmoid", type, SDNN::hardSigmoid, x),
            nn("logsigmoid", type, SDNN::logSigmoid, x),
            nn("softplus", type, SDNN::softplus, x),
            nn("softplus, far", type, SDNN::softplus, far),
            nn("softsign", type, SDNN::softsign, x),
            nn("tanh", type, SDNN::tanh, x),
            nn("hardtanh", type, SDNN::hardTanh, x),
            nn("swish", type, SDNN::swish, x),
            nn("gelu", type, SDNN::gelu, x),
            nn("precise_gelu", type, SDNN::preciseGelu, x),
            one("rational_tanh " + type, in -> sd(in.get(0)).math().rationalTanh(in.get(0)), x),
            one("rectified_tanh " + type, in -> sd(in.get(0)).math().rectifiedTanh(in.get(0)), x),
            one("step " + type, in -> sd(in.get(0)).math().step(in.get(0), 0.3), x),
            one(
                "thresholdedrelu " + type,
                in -> new ThresholdRelu(sd(in.get(0)), in.get(0), 0.7).outputVariable(),
                x),
            one(
                "prelu, shared " + type,
                in -> sd(in.get(0)).nn().prelu(in.get(0), in.get(1), 2),
                x,
                reals(type, 3, 1)),
            one("mish " + type, in -> new Mish(sd(in.get(0)), in.get(0), false).outputVariable(), x)
                .inMemory())
        .map(one -> one.within(share));
  }

  private static OperatorCase nn(
      String name, DataType type, BiFunction<SDNN, SDVariable, SDVariable> build, INDArray x) {
    return one(name + " " + type, in -> build.apply(sd(in.get(0)).nn(), in.get(0)), x);
  }

  private static SameDiff sd(SDVariable x) {
    return x.getSameDiff();
  }
}

package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDNN;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

final class ActivationOperatorsTest extends OperatorContract {
  private static final INDArray X = floats(2, 3, 4);

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
        one("leakyrelu", in -> nn(in.get(0)).leakyRelu(in.get(0), 0.2), X),
        one("relu", in -> nn(in.get(0)).relu(in.get(0), 0), X),
        one("relu, cutoff", in -> nn(in.get(0)).relu(in.get(0), 0.3), X),
        one("relu double", in -> nn(in.get(0)).relu(in.get(0), 0), reals(DataType.DOUBLE, 3, 4)),
        one("sigmoid", in -> nn(in.get(0)).sigmoid(in.get(0)), X),
        one("tanh", in -> nn(in.get(0)).tanh(in.get(0)), X));
  }

  private static SDNN nn(SDVariable x) {
    return x.getSameDiff().nn();
  }
}

package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;

import io.subpixel.converter.Networks;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDCNN;
import org.nd4j.enums.DataFormat;

final class ConvolutionOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
        one(
            "conv2d, weights fed",
            in -> cnn(in.get(0)).conv2d(in.get(0), in.get(1), in.get(2), Networks.same(3)),
            floats(2, 3, 6, 5),
            floats(3, 3, 3, 4),
            floats(4)),
        one(
            "depth_to_space, NCHW",
            in -> cnn(in.get(0)).depthToSpace(in.get(0), 2, DataFormat.NCHW),
            floats(2, 12, 2, 3)),
        one(
            "depth_to_space, NHWC",
            in -> cnn(in.get(0)).depthToSpace(in.get(0), 3, DataFormat.NHWC),
            floats(2, 2, 3, 18)));
  }

  private static SDCNN cnn(SDVariable x) {
    return x.getSameDiff().cnn();
  }
}

package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDCNN;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling3DConfig;

final class PoolingOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    List<OperatorCase> cases = new ArrayList<>();
    for (boolean same : new boolean[] {true, false}) {
      for (boolean first : new boolean[] {true, false}) {
        for (int setting = 0; setting < 4; setting++) {
          plane(cases, same, first, setting);
        }
        for (int stride = 1; stride < 3; stride++) {
          volume(cases, same, first, stride);
        }
      }
    }
    for (boolean first : new boolean[] {true, false}) {
      for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
        Pooling2DConfig config =
            Pooling2DConfig.builder()
                .kH(2)
                .kW(3)
                .sH(1)
                .sW(1)
                .paddingMode(PaddingMode.SAME)
                .isNHWC(!first)
                .build();
        cases.add(
            all(
                "max_pool_with_argmax %s %s".formatted(first, type),
                in -> List.of(cnn(in).maxPoolWithArgmax(in.get(0), config)),
                reals(type, 2, 3, 6, 5)));
      }
    }
    return cases.stream();
  }

  private static void plane(List<OperatorCase> cases, boolean same, boolean first, int setting) {
    INDArray x = first ? floats(2, 3, 7, 6) : floats(2, 7, 6, 3);
    for (Pooling2D.Divisor divisor : Pooling2D.Divisor.values()) {
      Pooling2DConfig config =
          Pooling2DConfig.builder()
              .kH(3)
              .kW(2)
              .sH(1 + setting % 2)
              .sW(setting == 3 ? 3 : 1)
              .pH(same ? 0 : 1)
              .pW(0)
              .dH(setting > 1 ? 2 : 1)
              .dW(1)
              .divisor(divisor)
              .paddingMode(same ? PaddingMode.SAME : PaddingMode.VALID)
              .isNHWC(!first)
              .build();
      String name = "same %s, NCHW %s, setting %d, %s".formatted(same, first, setting, divisor);
      cases.add(one("avgpool2d, " + name, in -> cnn(in).avgPooling2d(in.get(0), config), x));
      if (divisor == Pooling2D.Divisor.EXCLUDE_PADDING) {
        cases.add(one("maxpool2d, " + name, in -> cnn(in).maxPooling2d(in.get(0), config), x));
        cases.add(
            one(
                "maxpool2d, doubles below 0, " + name,
                in -> cnn(in).maxPooling2d(in.get(0), config),
                reals(DataType.DOUBLE, x.shape()).sub(3)));
      }
    }
  }

  private static void volume(List<OperatorCase> cases, boolean same, boolean first, int stride) {
    Pooling3DConfig config =
        Pooling3DConfig.builder()
            .kD(2)
            .kH(3)
            .kW(1)
            .sD(stride)
            .sH(1)
            .sW(stride)
            .dD(1)
            .dH(1)
            .dW(1)
            .isSameMode(same)
            .isNCDHW(first)
            .build();
    INDArray x = first ? floats(2, 3, 4, 5, 6) : floats(2, 4, 5, 6, 3);
    String name = "same %s, NCDHW %s, stride %d".formatted(same, first, stride);
    cases.add(one("maxpool3dnew, " + name, in -> cnn(in).maxPooling3d(in.get(0), config), x));
    cases.add(one("avgpool3dnew, " + name, in -> cnn(in).avgPooling3d(in.get(0), config), x));
  }

  private static SDCNN cnn(List<SDVariable> in) {
    return in.get(0).getSameDiff().cnn();
  }
}

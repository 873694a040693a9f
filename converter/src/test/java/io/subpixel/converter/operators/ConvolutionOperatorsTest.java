package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import io.subpixel.converter.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDCNN;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DeConv2DTF;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv3DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv3DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.transforms.custom.BatchToSpaceND;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Dilation2D;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SpaceToBatch;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SpaceToBatchND;
import org.nd4j.linalg.factory.Nd4j;

final class ConvolutionOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
            conv1d(),
            conv2d(),
            conv3d(),
            byChannel(),
            deconv(),
            kernelFromWeights(),
            typed(DataType.DOUBLE, 1e-5),
            typed(DataType.FLOAT16, 5e-3),
            space(),
            Stream.of(
                one(
                    "conv2d, weights fed",
                    in -> cnn(in).conv2d(in.get(0), in.get(1), in.get(2), Networks.same(3)),
                    floats(2, 3, 6, 5),
                    floats(3, 3, 3, 4),
                    floats(4)),
                one(
                    "depth_to_space, NCHW",
                    in -> cnn(in).depthToSpace(in.get(0), 2, DataFormat.NCHW),
                    floats(2, 12, 2, 3)),
                one(
                    "depth_to_space, NHWC",
                    in -> cnn(in).depthToSpace(in.get(0), 3, DataFormat.NHWC),
                    floats(2, 2, 3, 18))))
        .flatMap(all -> all);
  }

  private static Stream<OperatorCase> conv1d() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : PaddingMode.values()) {
      for (boolean first : new boolean[] {true, false}) {
        for (int stride = 1; stride < 4; stride++) {
          int dilation = stride == 2 ? 2 : 1;
          Conv1DConfig config =
              Conv1DConfig.builder()
                  .k(stride == 3 ? 1 : 3)
                  .s(stride)
                  .p(mode == PaddingMode.VALID ? 1 : 0)
                  .d(dilation)
                  .paddingMode(mode)
                  .dataFormat(first ? "NCW" : "NWC")
                  .build();
          cases.add(
              one(
                  "conv1d, %s, %s, stride %d".formatted(mode, first ? "NCW" : "NWC", stride),
                  in ->
                      cnn(in)
                          .conv1d(
                              in.get(0),
                              constant(in, floats(config.getK(), 2, 3)),
                              constant(in, floats(3)),
                              config),
                  first ? floats(2, 2, 8) : floats(2, 8, 2)));
        }
      }
    }
    return cases.stream();
  }

  private static Conv2DConfig config(
      PaddingMode mode, boolean first, int format, int stride, int dilation) {
    return Conv2DConfig.builder()
        .kH(3)
        .kW(2)
        .sH(stride)
        .sW(stride == 1 ? 1 : 3)
        .pH(mode == PaddingMode.VALID ? 1 : 0)
        .pW(0)
        .dH(dilation)
        .dW(1)
        .paddingMode(mode)
        .dataFormat(first ? "NCHW" : "NHWC")
        .weightsFormat(
            List.of(WeightsFormat.YXIO, WeightsFormat.OIYX, WeightsFormat.OYXI).get(format))
        .build();
  }

  private static Stream<OperatorCase> conv2d() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : List.of(PaddingMode.VALID, PaddingMode.SAME)) {
      for (int setting = 0; setting < 6; setting++) {
        boolean first = setting % 2 == 0;
        int format = setting % 3;
        INDArray weights =
            switch (format) {
              case 0 -> floats(3, 2, 2, 4);
              case 1 -> floats(4, 2, 3, 2);
              default -> floats(4, 3, 2, 2);
            };
        Conv2DConfig config = config(mode, first, format, 1 + setting / 2, 1 + setting % 2);
        cases.add(
            one(
                "conv2d, setting %d, %s".formatted(setting, mode),
                in -> cnn(in).conv2d(in.get(0), constant(in, weights), config),
                first ? floats(2, 2, 9, 8) : floats(2, 9, 8, 2)));
      }
    }
    return cases.stream();
  }

  private static Stream<OperatorCase> conv3d() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : List.of(PaddingMode.VALID, PaddingMode.SAME)) {
      for (boolean first : new boolean[] {true, false}) {
        for (int stride = 1; stride < 3; stride++) {
          Conv3DConfig config =
              Conv3DConfig.builder()
                  .kD(2)
                  .kH(3)
                  .kW(1)
                  .sD(stride)
                  .sH(1)
                  .sW(stride)
                  .dD(1)
                  .dH(1)
                  .dW(1)
                  .paddingMode(mode)
                  .dataFormat(first ? "NCDHW" : "NDHWC")
                  .build();
          cases.add(
              one(
                  "conv3dnew, %s, %s, stride %d".formatted(mode, first, stride),
                  in ->
                      cnn(in)
                          .conv3d(
                              in.get(0),
                              constant(in, floats(2, 3, 1, 2, 4)),
                              constant(in, floats(4)),
                              config),
                  first ? floats(2, 2, 4, 5, 6) : floats(2, 4, 5, 6, 2)));
        }
      }
    }
    return cases.stream();
  }

  private static Stream<OperatorCase> byChannel() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : List.of(PaddingMode.VALID, PaddingMode.SAME)) {
      for (int setting = 0; setting < 3; setting++) {
        boolean first = setting != 1;
        Conv2DConfig config = config(mode, first, 0, 1 + setting % 2, 1);
        INDArray depth = floats(3, 2, 2, 3);
        INDArray point = floats(1, 1, 6, 4);
        INDArray x = first ? floats(2, 2, 7, 6) : floats(2, 7, 6, 2);
        cases.add(
            one(
                "depthwise_conv2d, %s, setting %d".formatted(mode, setting),
                in ->
                    cnn(in)
                        .depthWiseConv2d(
                            in.get(0), constant(in, depth), constant(in, floats(6)), config),
                x));
        cases.add(
            one(
                "sconv2d, %s, setting %d".formatted(mode, setting),
                in ->
                    cnn(in)
                        .separableConv2d(
                            in.get(0),
                            constant(in, depth),
                            constant(in, point),
                            constant(in, floats(4)),
                            config),
                x));
      }
    }
    return cases.stream();
  }

  private static Stream<OperatorCase> deconv() {
    List<OperatorCase> cases = new ArrayList<>();
    for (boolean same : new boolean[] {true, false}) {
      for (boolean first : new boolean[] {true, false}) {
        for (int stride = 1; stride < 4; stride++) {
          String setting = "%s, %s, stride %d".formatted(same ? "SAME" : "VALID", first, stride);
          DeConv2DConfig config =
              DeConv2DConfig.builder()
                  .kH(3)
                  .kW(2)
                  .sH(stride)
                  .sW(stride)
                  .pH(same ? 0 : 1)
                  .pW(0)
                  .dH(1)
                  .dW(1)
                  .isSameMode(same)
                  .dataFormat(first ? "NCHW" : "NHWC")
                  .build();
          cases.add(
              one(
                  "deconv2d, " + setting,
                  in ->
                      cnn(in)
                          .deconv2d(
                              in.get(0),
                              constant(in, floats(3, 2, 4, 2)),
                              constant(in, floats(4)),
                              config),
                  first ? floats(2, 2, 4, 3) : floats(2, 4, 3, 2)));
        }
        DeConv3DConfig config =
            DeConv3DConfig.builder()
                .kD(2)
                .kH(3)
                .kW(2)
                .sD(1)
                .sH(2)
                .sW(1)
                .dD(1)
                .dH(1)
                .dW(1)
                .isSameMode(same)
                .dataFormat(first ? "NCDHW" : "NDHWC")
                .build();
        cases.add(
            one(
                "deconv3d, %s, %s".formatted(same, first),
                in ->
                    cnn(in)
                        .deconv3d(
                            in.get(0),
                            constant(in, floats(2, 3, 2, 4, 2)),
                            constant(in, floats(4)),
                            config),
                first ? floats(2, 2, 3, 4, 3) : floats(2, 3, 4, 3, 2)));
      }
    }
    for (boolean same : new boolean[] {false}) {
      DeConv2DConfig config =
          DeConv2DConfig.builder()
              .kH(3)
              .kW(2)
              .sH(2)
              .sW(1)
              .dH(1)
              .dW(1)
              .isSameMode(same)
              .dataFormat("NHWC")
              .build();
      cases.add(
          one(
                  "deconv2d_tf, " + same,
                  in ->
                      new DeConv2DTF(
                              in.get(0).getSameDiff(),
                              new SDVariable[] {
                                constant(in, Nd4j.createFromArray(2, 7, 5, 4)),
                                constant(in, floats(3, 2, 4, 3)),
                                in.get(0)
                              },
                              config)
                          .outputVariable(),
                  same ? floats(2, 4, 5, 3) : floats(2, 3, 4, 3))
              .withKnownSizes());
    }
    return cases.stream();
  }

  /** As imports from TensorFlow make them. */
  private static Stream<OperatorCase> kernelFromWeights() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : List.of(PaddingMode.VALID, PaddingMode.SAME)) {
      for (int stride = 1; stride < 3; stride++) {
        String setting = ", kernel from weights, %s, stride %d".formatted(mode, stride);
        Conv1DConfig line = Conv1DConfig.builder().s(stride).paddingMode(mode).build();
        Conv2DConfig plane = Conv2DConfig.builder().sH(stride).sW(stride).paddingMode(mode).build();
        Conv3DConfig volume =
            Conv3DConfig.builder().sD(stride).sH(1).sW(1).paddingMode(mode).build();
        DeConv2DConfig back =
            DeConv2DConfig.builder().sH(stride).sW(1).isSameMode(mode == PaddingMode.SAME).build();
        DeConv3DConfig backVolume =
            DeConv3DConfig.builder()
                .sD(stride)
                .isSameMode(mode == PaddingMode.SAME)
                .dataFormat("NCDHW")
                .build();
        cases.addAll(
            List.of(
                one(
                    "conv1d" + setting,
                    in -> cnn(in).conv1d(in.get(0), constant(in, floats(3, 2, 4)), line),
                    floats(2, 2, 9)),
                one(
                    "conv2d" + setting,
                    in -> cnn(in).conv2d(in.get(0), constant(in, floats(3, 2, 2, 4)), plane),
                    floats(2, 2, 7, 6)),
                one(
                    "conv3dnew" + setting,
                    in -> cnn(in).conv3d(in.get(0), constant(in, floats(2, 3, 1, 2, 4)), volume),
                    floats(2, 4, 5, 6, 2)),
                one(
                    "depthwise_conv2d" + setting,
                    in ->
                        cnn(in).depthWiseConv2d(in.get(0), constant(in, floats(3, 2, 2, 3)), plane),
                    floats(2, 2, 7, 6)),
                one(
                    "deconv2d" + setting,
                    in -> cnn(in).deconv2d(in.get(0), constant(in, floats(3, 2, 4, 2)), back),
                    floats(2, 2, 4, 3)),
                one(
                    "deconv3d" + setting,
                    in ->
                        cnn(in)
                            .deconv3d(in.get(0), constant(in, floats(2, 3, 2, 4, 2)), backVolume),
                    floats(2, 2, 3, 4, 3))));
      }
    }
    return cases.stream();
  }

  /** Weights and biases fed; ONNX Runtime convolves doubles as floats. */
  private static Stream<OperatorCase> typed(DataType type, double share) {
    Conv1DConfig line = Conv1DConfig.builder().k(2).s(2).paddingMode(PaddingMode.CAUSAL).build();
    Conv2DConfig plane = config(PaddingMode.SAME, true, 0, 2, 1);
    Conv3DConfig volume =
        Conv3DConfig.builder()
            .kD(2)
            .kH(2)
            .kW(2)
            .sD(1)
            .sH(1)
            .sW(1)
            .paddingMode(PaddingMode.SAME)
            .dataFormat("NDHWC")
            .build();
    DeConv2DConfig back = DeConv2DConfig.builder().kH(2).kW(2).sH(2).sW(1).build();
    DeConv3DConfig backVolume =
        DeConv3DConfig.builder().kD(2).kH(2).kW(2).isSameMode(true).dataFormat("NCDHW").build();
    INDArray x = reals(type, 2, 2, 6, 5);
    INDArray solid = reals(type, 2, 3, 4, 5, 2);
    return Stream.of(
            one(
                "conv1d " + type,
                in -> cnn(in).conv1d(in.get(0), in.get(1), in.get(2), line),
                reals(type, 2, 3, 5),
                reals(type, 2, 3, 4),
                reals(type, 4)),
            one(
                "conv2d " + type,
                in -> cnn(in).conv2d(in.get(0), in.get(1), in.get(2), plane),
                x,
                reals(type, 3, 2, 2, 4),
                reals(type, 4)),
            one(
                "conv3dnew " + type,
                in -> cnn(in).conv3d(in.get(0), in.get(1), in.get(2), volume),
                solid,
                reals(type, 2, 2, 2, 2, 3),
                reals(type, 3)),
            one(
                    "depthwise_conv2d " + type,
                    in -> cnn(in).depthWiseConv2d(in.get(0), in.get(1), in.get(2), plane),
                    x,
                    reals(type, 3, 2, 2, 3),
                    reals(type, 6))
                .withKnownSizes(),
            one(
                    "sconv2d " + type,
                    in ->
                        cnn(in).separableConv2d(in.get(0), in.get(1), in.get(2), in.get(3), plane),
                    x,
                    reals(type, 3, 2, 2, 3),
                    reals(type, 1, 1, 6, 4),
                    reals(type, 4))
                .withKnownSizes(),
            one(
                "deconv2d " + type,
                in -> cnn(in).deconv2d(in.get(0), in.get(1), in.get(2), back),
                x,
                reals(type, 2, 2, 3, 2),
                reals(type, 3)),
            one(
                "deconv3d " + type,
                in -> cnn(in).deconv3d(in.get(0), in.get(1), in.get(2), backVolume),
                solid,
                reals(type, 2, 2, 2, 4, 3),
                reals(type, 4)))
        .map(one -> one.within(share));
  }

  private static Stream<OperatorCase> space() {
    List<OperatorCase> cases = new ArrayList<>();
    for (PaddingMode mode : List.of(PaddingMode.VALID, PaddingMode.SAME)) {
      Conv2DConfig config = config(mode, true, 0, 2, 1);
      boolean same = mode == PaddingMode.SAME;
      cases.add(
          one("im2col, " + mode, in -> cnn(in).im2Col(in.get(0), config), floats(2, 3, 7, 6)));
      Conv2DConfig small = Conv2DConfig.builder().kH(2).kW(2).sH(1).sW(1).paddingMode(mode).build();
      cases.add(
          one(
              "im2col, small, " + mode,
              in -> cnn(in).im2Col(in.get(0), small),
              reals(DataType.DOUBLE, 1, 3, 8, 8)));
      cases.add(
          one(
              "extract_image_patches, " + mode,
              in -> cnn(in).extractImagePatches(in.get(0), 3, 2, 2, 1, 1, 2, same),
              floats(2, 7, 6, 3)));
    }
    for (boolean first : new boolean[] {true, false}) {
      cases.add(
          one(
              "upsampling2d, " + first,
              in -> cnn(in).upsampling2d(in.get(0), 2, 3, first),
              floats(2, 3, 4, 5)));
      cases.add(
          one(
              "upsampling3d, " + first,
              in -> cnn(in).upsampling3d(in.get(0), first, 2, 3, 1),
              floats(2, 3, 4, 5, 2)));
      cases.add(
          one(
              "space_to_depth, " + first,
              in -> cnn(in).spaceToDepth(in.get(0), 2, first ? DataFormat.NCHW : DataFormat.NHWC),
              floats(2, 4, 6, 2).permute(0, first ? 3 : 1, first ? 1 : 2, first ? 2 : 3).dup()));
    }
    int[] none = {0, 0};
    int[] some = {2, 1};
    cases.add(
        one(
            "batch_to_space",
            in -> cnn(in).batchToSpace(in.get(0), new int[] {2, 2}, none, some),
            floats(8, 4, 5, 3)));
    cases.add(
        one(
            "space_to_batch",
            in ->
                new SpaceToBatch(
                        in.get(0).getSameDiff(),
                        new SDVariable[] {in.get(0)},
                        new int[] {2, 2},
                        new int[][] {{1, 2}, {0, 1}},
                        false)
                    .outputVariable(),
            reals(DataType.DOUBLE, 2, 5, 3, 3)));
    int[][] edges = {{1, 0}, {2, 1}};
    cases.add(
        one(
            "space_to_batch_nd",
            in ->
                new SpaceToBatchND(
                        in.get(0).getSameDiff(),
                        new SDVariable[] {
                          in.get(0),
                          constant(in, Nd4j.createFromArray(2, 3)),
                          constant(in, Nd4j.createFromArray(edges))
                        },
                        new int[] {2, 3},
                        edges,
                        false)
                    .outputVariable(),
            reals(DataType.DOUBLE, 2, 5, 6, 3)));
    cases.add(
        one(
            "batch_to_space_nd",
            in ->
                new BatchToSpaceND(
                        in.get(0).getSameDiff(),
                        new SDVariable[] {
                          in.get(0),
                          constant(in, Nd4j.createFromArray(2, 3)),
                          constant(in, Nd4j.createFromArray(edges))
                        },
                        new int[] {2, 3},
                        edges,
                        false)
                    .outputVariable(),
            reals(DataType.DOUBLE, 12, 3, 4, 3)));
    cases.add(
        one(
            "batch_to_space_nd, crops that are fed",
            in ->
                OperatorCase.made(
                    new BatchToSpaceND(),
                    DataType.FLOAT,
                    in.get(0),
                    constant(in, Nd4j.createFromArray(2, 3)),
                    in.get(1)),
            floats(12, 3, 4, 3),
            Nd4j.createFromArray(edges)));
    for (boolean same : new boolean[] {true, false}) {
      cases.add(
          one(
              "dilation2d, " + same,
              in ->
                  new Dilation2D(
                          in.get(0).getSameDiff(),
                          in.get(0),
                          constant(in, reals(DataType.DOUBLE, 2, 3, 3)),
                          new int[] {1, 1, 2, 1},
                          new int[] {1, 2, 1, 1},
                          same)
                      .outputVariable(),
              reals(DataType.DOUBLE, 2, 7, 6, 3)));
    }
    Conv2DConfig picture =
        Conv2DConfig.builder()
            .kH(7)
            .kW(6)
            .sH(2)
            .sW(1)
            .pH(1)
            .pW(0)
            .dH(1)
            .dW(2)
            .paddingMode(PaddingMode.VALID)
            .build();
    cases.add(
        one(
                "col2im",
                in -> cnn(in).col2Im(in.get(0), picture),
                reals(DataType.DOUBLE, 2, 3, 3, 2, 4, 4))
            .withKnownSizes()
            .inMemory());
    return cases.stream();
  }

  private static SDVariable constant(List<SDVariable> in, INDArray array) {
    return in.get(0).getSameDiff().constant(array);
  }

  private static SDCNN cnn(List<SDVariable> in) {
    return in.get(0).getSameDiff().cnn();
  }
}

package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.one;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDImage;
import org.nd4j.enums.ImageResizeMethod;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.image.CropAndResize;
import org.nd4j.linalg.api.ops.impl.image.NonMaxSuppressionV3;
import org.nd4j.linalg.api.ops.impl.image.ResizeNearestNeighbor;
import org.nd4j.linalg.factory.Nd4j;

final class ImageOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    INDArray x = between(DataType.FLOAT, 0, 1, 2, 5, 4, 3);
    List<OperatorCase> cases = new ArrayList<>();
    cases.add(one("rgb_to_yiq", in -> image(in).rgbToYiq(in.get(0)), x));
    cases.add(one("yiq_to_rgb", in -> image(in).yiqToRgb(in.get(0)), x));
    cases.add(one("rgb_to_yuv", in -> image(in).rgbToYuv(in.get(0)), x));
    cases.add(one("yuv_to_rgb", in -> image(in).yuvToRgb(in.get(0)), x));
    cases.add(one("rgb_to_hsv", in -> image(in).rgbToHsv(in.get(0)), x));
    cases.add(one("hsv_to_rgb", in -> image(in).hsvToRgb(in.get(0)), x));
    cases.add(one("adjust_contrast_v2", in -> image(in).adjustContrast(in.get(0), 1.7), x));
    cases.add(one("adjust_hue", in -> image(in).adjustHue(in.get(0), 0.3), x));
    cases.add(one("adjust_hue, back", in -> image(in).adjustHue(in.get(0), -0.4), x));
    cases.add(one("adjust_saturation", in -> image(in).adjustSaturation(in.get(0), 1.6), x));
    for (ImageResizeMethod method : ImageResizeMethod.values()) {
      for (boolean antialias : new boolean[] {true, false}) {
        cases.add(
            one(
                    "image_resize, %s, antialias %s".formatted(method, antialias),
                    in ->
                        image(in).imageResize(in.get(0), size(in, 3, 9), false, antialias, method),
                    x)
                .withKnownSizes());
      }
    }
    for (int convention = 0; convention < 3; convention++) {
      boolean corners = convention == 1;
      boolean centers = convention == 2;
      cases.add(
          one(
                  "resize_bilinear, " + convention,
                  in -> image(in).resizeBiLinear(in.get(0), 8, 3, corners, centers),
                  x)
              .withKnownSizes()
              .inMemory());
    }
    for (boolean corners : new boolean[] {true, false}) {
      for (boolean centers : new boolean[] {true, false}) {
        if (corners && centers) {
          continue;
        }
        cases.add(
            one(
                    "resize_bicubic, %s, %s".formatted(corners, centers),
                    in -> image(in).resizeBiCubic(in.get(0), size(in, 8, 5), corners, centers),
                    x)
                .withKnownSizes());
        cases.add(
            one(
                    "resize_nearest_neighbor, %s, %s".formatted(corners, centers),
                    in -> nearest(in, corners, centers),
                    x)
                .withKnownSizes());
      }
    }
    cases.addAll(computedSizes(x));
    INDArray boxes =
        Nd4j.createFromArray(
            new float[][] {
              {0.1f, 0.2f, 0.9f, 0.8f}, {-0.2f, 0, 1, 1.3f}, {0.9f, 0.7f, 0.1f, 0}, {0, 0, 1, 1}
            });
    for (CropAndResize.Method method : CropAndResize.Method.values()) {
      for (int height : new int[] {1, 6}) {
        cases.add(
            one(
                    "crop_and_resize, %s, %d".formatted(method, height),
                    in ->
                        new CropAndResize(
                                in.get(0).getSameDiff(),
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                size(in, height, 3),
                                method,
                                0.5)
                            .outputVariable(),
                    x,
                    boxes,
                    OperatorCase.of(DataType.INT32, 0, 1, 1, 0))
                .withKnownSizes());
      }
    }
    INDArray corners = between(DataType.FLOAT, 0, 5, 9, 2);
    INDArray spans = between(DataType.FLOAT, 3, 6, 9, 2);
    INDArray overlapping = Nd4j.concat(1, corners, corners.add(spans));
    INDArray scores = between(DataType.FLOAT, 0, 1, 9);
    for (int most : new int[] {3, 9}) {
      cases.add(
          one(
              "non_max_suppression, " + most,
              in -> image(in).nonMaxSuppression(in.get(0), in.get(1), most, 0.3, 0.2),
              overlapping,
              scores));
      cases.add(
          one(
              "non_max_suppression_v3, " + most,
              in ->
                  new NonMaxSuppressionV3(
                          in.get(0).getSameDiff(),
                          in.get(0),
                          in.get(1),
                          scalar(in, Nd4j.scalar(most)),
                          scalar(in, Nd4j.scalar(0.3f)),
                          scalar(in, Nd4j.scalar(0.2f)))
                      .outputVariable(),
              overlapping,
              scores));
    }
    return cases.stream();
  }

  /** Where only the run tells how large the picture is, or what becomes of it. */
  private static List<OperatorCase> computedSizes(INDArray x) {
    List<OperatorCase> cases = new ArrayList<>();
    for (ImageResizeMethod method :
        List.of(ImageResizeMethod.ResizeBilinear, ImageResizeMethod.ResizeNearest)) {
      for (double scale : new double[] {2, 0.5, 1.3}) {
        cases.add(
            one(
                "image_resize, %s, times %s".formatted(method, scale),
                in -> image(in).imageResize(in.get(0), scaled(in, scale), false, false, method),
                x));
      }
    }
    for (boolean corners : new boolean[] {true, false}) {
      for (boolean centers : new boolean[] {true, false}) {
        if (corners && centers) {
          continue;
        }
        cases.add(
            one(
                "resize_nearest_neighbor, unknown size, %s, %s".formatted(corners, centers),
                in -> nearest(in, corners, centers),
                x));
        cases.add(
            one(
                    "resize_bilinear, unknown size, %s, %s".formatted(corners, centers),
                    in -> image(in).resizeBiLinear(in.get(0), 8, 3, corners, centers),
                    x)
                .inMemory());
      }
    }
    return cases;
  }

  private static SDVariable scaled(List<SDVariable> in, double scale) {
    SDVariable shape = in.get(0).shape();
    SDVariable sizes =
        in.get(0).getSameDiff().stridedSlice(shape, new long[] {1}, new long[] {3}, 1);
    return sizes.castTo(DataType.FLOAT).mul(scale).castTo(DataType.INT32);
  }

  /** SameDiff makes this operator only when it imports a network. */
  private static SDVariable nearest(List<SDVariable> in, boolean corners, boolean centers) {
    ResizeNearestNeighbor resize = new ResizeNearestNeighbor();
    SameDiff network = in.get(0).getSameDiff();
    resize.setSameDiff(network);
    resize.setOwnName("nearest");
    network.putOpForId("nearest", resize);
    network.addArgsFor(new SDVariable[] {in.get(0)}, resize);
    resize.addIArgument(8, 3);
    resize.addBArgument(corners, centers);
    return resize.outputVariable();
  }

  private static SDVariable scalar(List<SDVariable> in, INDArray value) {
    return in.get(0).getSameDiff().constant(value);
  }

  private static SDVariable size(List<SDVariable> in, int height, int width) {
    return in.get(0).getSameDiff().constant(Nd4j.createFromArray(height, width));
  }

  private static SDImage image(List<SDVariable> in) {
    return in.get(0).getSameDiff().image();
  }
}

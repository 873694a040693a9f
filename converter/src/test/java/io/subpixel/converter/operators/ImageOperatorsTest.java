package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.one;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDImage;
import org.nd4j.enums.ImageResizeMethod;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
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
    return cases.stream();
  }

  private static SDVariable size(List<SDVariable> in, int height, int width) {
    return in.get(0).getSameDiff().constant(Nd4j.createFromArray(height, width));
  }

  private static SDImage image(List<SDVariable> in) {
    return in.get(0).getSameDiff().image();
  }
}

package io.subpixel.converter.internal.operators.image;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Colours as formulas, for ONNX has no operators of colour, and sizes as products of matrices.
 * Colours are in 0..1; those of the axis that the first integer argument names, else the last.
 */
public final class ImageOperators {
  private static final OnnxOperator[] COLOURS = {
    OnnxOperator.WHERE,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.MAX,
    OnnxOperator.MIN,
    OnnxOperator.EQUAL,
    OnnxOperator.GREATER,
    OnnxOperator.LESS,
    OnnxOperator.FLOOR,
    OnnxOperator.CLIP
  };

  private ImageOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("rgb_to_yiq", ImageOperators::mixed, OnnxOperator.MAT_MUL)
        .add("yiq_to_rgb", ImageOperators::mixed, OnnxOperator.MAT_MUL)
        .add("rgb_to_yuv", ImageOperators::mixed, OnnxOperator.MAT_MUL)
        .add("yuv_to_rgb", ImageOperators::mixed, OnnxOperator.MAT_MUL)
        .add("rgb_to_hsv", e -> e.out(e.concat(axis(e), toHsv(e, channels(e)))), COLOURS)
        .add("hsv_to_rgb", e -> e.out(e.concat(axis(e), toRgb(e, channels(e)))), COLOURS)
        .add("adjust_hue", ImageOperators::adjustHue, COLOURS)
        .add("adjust_saturation", ImageOperators::adjustSaturation, COLOURS)
        .add(
            "adjust_contrast_v2",
            ImageOperators::adjustContrast,
            OnnxOperator.REDUCE_MEAN,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.ADD);
    String known = "the sizes of picture and result have to be known";
    for (String resize :
        List.of("image_resize", "resize_bilinear", "resize_bicubic", "resize_nearest_neighbor")) {
      registry
          .add(resize, Resizing::emit, OnnxOperator.MAT_MUL, OnnxOperator.RESIZE)
          .limits(
              resize.equals("resize_bicubic")
                  ? known
                  : "unless floats are resized by nearest or bilinear, " + known);
    }
    registry
        .add("crop_and_resize", Boxes::crop, Boxes.CROPS)
        .limits("in float; " + known)
        .add("non_max_suppression", Boxes::chosen, Boxes.CHOOSES)
        .limits("in float")
        .add("non_max_suppression_v3", Boxes::chosen, OnnxOperator.NON_MAX_SUPPRESSION)
        .limits("in float");
  }

  private static int axis(Emission e) {
    return e.in(0).axis((int) e.node().integer(0, -1));
  }

  /** By the matrix that SameDiff makes of the three primary colours. */
  private static void mixed(Emission e) {
    INDArray primary = Nd4j.eye(3).castTo(DataType.DOUBLE);
    INDArray matrix =
        Nd4j.exec(DynamicCustomOp.builder(e.node().operator()).addInputs(primary).build())[0];
    Value x = e.moveAxis(e.in(0), axis(e), -1);
    Value stored = e.cast(e.stored(matrix.dup('c')), x.type());
    e.out(e.moveAxis(e.matmul(x, stored), -1, axis(e)));
  }

  private static List<Value> channels(Emission e) {
    int axis = axis(e);
    return List.of(0, 1, 2).stream().map(i -> e.slice(e.in(0), axis, i, i + 1)).toList();
  }

  /** Hue in 0..1, 0 for greys; of equal channels, red counts before green, green before blue. */
  private static List<Value> toHsv(Emission e, List<Value> rgb) {
    Value r = rgb.get(0);
    Value g = rgb.get(1);
    Value b = rgb.get(2);
    Value value = e.max(r, e.max(g, b));
    Value range = e.sub(value, e.min(r, e.min(g, b)));
    Value zero = e.scalar(r, 0);
    Value one = e.scalar(r, 1);
    Value saturation =
        e.where(
            e.greater(value, zero),
            e.div(range, e.where(e.greater(value, zero), value, one)),
            zero);
    Value isColour = e.greater(range, zero);
    Value sixth = e.mul(e.where(isColour, range, one), 6);
    Value ofRed = e.div(e.sub(g, b), sixth);
    Value ofGreen = e.add(e.div(e.sub(b, r), sixth), 1.0 / 3);
    Value ofBlue = e.add(e.div(e.sub(r, g), sixth), 2.0 / 3);
    Value turn = e.where(e.equal(r, value), ofRed, e.where(e.equal(g, value), ofGreen, ofBlue));
    Value hue = e.where(isColour, turn, zero);
    return List.of(e.where(e.less(hue, zero), e.add(hue, 1), hue), saturation, value);
  }

  /**
   * <a href="https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB_alternative">By a formula</a>.
   */
  private static List<Value> toRgb(Emission e, List<Value> hsv) {
    Value six = e.mul(hsv.get(0), 6);
    Value value = hsv.get(2);
    Value chroma = e.mul(value, hsv.get(1));
    return List.of(5, 3, 1).stream()
        .map(
            shift -> {
              Value k = wrapped(e, e.add(six, shift), 6);
              Value near = e.min(k, e.sub(e.scalar(k, 4), k));
              return e.sub(value, e.mul(chroma, e.clip(near, 0, 1)));
            })
        .toList();
  }

  private static Value wrapped(Emission e, Value x, double period) {
    return e.sub(x, e.mul(e.floor(e.div(x, period)), period));
  }

  private static Value amount(Emission e) {
    return e.has(1) ? e.reshape(e.in(1), new long[0]) : e.scalar(e.in(0), e.node().real(0, 0));
  }

  private static void adjustHue(Emission e) {
    List<Value> hsv = toHsv(e, channels(e));
    Value hue = wrapped(e, e.add(hsv.get(0), amount(e)), 1);
    e.out(e.concat(axis(e), toRgb(e, List.of(hue, hsv.get(1), hsv.get(2)))));
  }

  private static void adjustSaturation(Emission e) {
    List<Value> hsv = toHsv(e, channels(e));
    Value saturation = e.clip(e.mul(hsv.get(1), amount(e)), 0, 1);
    e.out(e.concat(axis(e), toRgb(e, List.of(hsv.get(0), saturation, hsv.get(2)))));
  }

  private static void adjustContrast(Emission e) {
    Value x = e.in(0);
    Value mean = e.mean(x, true, -3, -2);
    e.out(e.add(e.mul(e.sub(x, mean), amount(e)), mean));
  }
}

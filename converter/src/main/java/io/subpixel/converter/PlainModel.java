package io.subpixel.converter;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.Plane;
import java.util.Map;

/** Runs plain models on planes. */
final class PlainModel {
  private PlainModel() {}

  /** Planes {@code [H,W]} of 0..1, one for each channel, to as many {@code [sH,sW]}. */
  static Plane[] run(OnnxRun model, Plane[] planes) {
    int width = planes[0].width();
    int height = planes[0].height();
    double[] values = new double[planes.length * width * height];
    for (int c = 0; c < planes.length; c++) {
      for (int i = 0; i < width * height; i++) {
        values[c * width * height + i] = planes[c].values()[i];
      }
    }
    long[] sizes = {1, planes.length, height, width};
    Tensor sr = only(model, new Tensor(sizes, Elements.of(ElementType.FLOAT, values)));
    double[] result = sr.values();
    int large = Math.toIntExact(sr.sizes()[2] * sr.sizes()[3]);
    Plane[] made = new Plane[planes.length];
    for (int c = 0; c < made.length; c++) {
      float[] plane = new float[large];
      for (int i = 0; i < large; i++) {
        plane[i] = (float) result[c * large + i];
      }
      made[c] = new Plane((int) sr.sizes()[3], (int) sr.sizes()[2], plane);
    }
    return made;
  }

  /** The only output for the only input. */
  static Tensor only(OnnxRun model, Tensor input) {
    String name = model.inputs().get(0);
    return model.run(Map.of(name, input)).values().iterator().next();
  }
}

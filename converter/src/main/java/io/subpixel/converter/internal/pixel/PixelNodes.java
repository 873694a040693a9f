package io.subpixel.converter.internal.pixel;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Emitter;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.pictures.internal.colour.Bt601;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.zoo.Colour;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link io.subpixel.zoo.internal.PixelPath} does around a network, as nodes of ONNX: the same
 * operations on numbers of the same width in the same order, so that every runtime that rounds as
 * IEEE 754 says gives the same bytes.
 */
public final class PixelNodes {
  /** Taps of the kernel on either side; enlarged pixels lie between pixels. */
  private static final int REACH = 3;

  private final Emitter e;
  private final Colour colour;
  private final Bt601 range;
  private final int scale;
  private final Value samples;

  /**
   * @param image uint8 {@code [N,H,W,3]}
   * @param scale how many times larger each side becomes
   */
  public PixelNodes(Emitter e, Value image, Colour colour, int scale) {
    this.e = e;
    this.colour = colour;
    this.range = colour == Colour.Y_STUDIO ? Bt601.STUDIO : Bt601.FULL;
    this.scale = scale;
    this.samples = e.cast(e.channelsFirst(image), ElementType.FLOAT);
  }

  /** What the network reads: {@code [N,C,H,W]}, 0..1. */
  public Value planes() {
    return switch (colour) {
      case RGB -> e.div(samples, 255);
      case Y, Y_STUDIO ->
          plus(times(e.div(luma(channels(samples)), 255), range.lumaSpan()), range.black());
    };
  }

  /**
   * What becomes of the network's result.
   *
   * @param sr {@code [N,C,sH,sW]}
   * @return uint8 {@code [N,sH,sW,3]}
   */
  public Value bytes(Value sr) {
    Value rgb =
        switch (colour) {
          case RGB -> e.mul(sr, 255);
          case Y, Y_STUDIO -> withChroma(sr);
        };
    Value rounded = e.add(e.clip(rgb, 0, 255), 0.5);
    return e.channelsLast(e.cast(rounded, ElementType.UINT8));
  }

  private Value withChroma(Value sr) {
    List<Value> rgb = channels(e.div(samples, 255));
    Value luma = luma(rgb);
    Value cb = enlarged(chroma(e.div(e.sub(rgb.get(2), luma), 1.772f)));
    Value cr = enlarged(chroma(e.div(e.sub(rgb.get(0), luma), 1.402f)));

    Value y = over(plus(sr, -range.black()), range.lumaSpan());
    Value blue = e.add(y, e.mul(neutral(cb), 1.772f));
    Value red = e.add(y, e.mul(neutral(cr), 1.402f));
    Value green =
        e.div(e.sub(e.sub(y, e.mul(red, Bt601.RED)), e.mul(blue, Bt601.BLUE)), Bt601.GREEN);
    return e.mul(e.concat(1, red, green, blue), 255);
  }

  private List<Value> channels(Value planes) {
    return e.split(planes, 1, 1, 1, 1);
  }

  private Value luma(List<Value> rgb) {
    return e.add(
        e.add(e.mul(rgb.get(0), Bt601.RED), e.mul(rgb.get(1), Bt601.GREEN)),
        e.mul(rgb.get(2), Bt601.BLUE));
  }

  private Value chroma(Value difference) {
    return plus(times(difference, range.chromaSpan()), range.chromaZero());
  }

  private Value neutral(Value chroma) {
    return over(plus(chroma, -range.chromaZero()), range.chromaSpan());
  }

  /** By bicubic in double precision, columns first, then rows. */
  private Value enlarged(Value plane) {
    Value wide = e.cast(plane, ElementType.DOUBLE);
    return e.cast(enlarged(enlarged(wide, 2), 3), ElementType.FLOAT);
  }

  private Value enlarged(Value plane, int axis) {
    long[] pads = new long[8];
    pads[axis] = REACH;
    pads[axis + 4] = REACH;
    Value padded =
        e.call(OnnxOperator.PAD, List.of(plane, e.vector(pads)), Attribute.text("mode", "edge"));
    List<Value> phases = new ArrayList<>();
    for (int phase = 0; phase < scale; phase++) {
      phases.add(e.unsqueeze(phase(padded, axis, phase), axis + 1));
    }
    // [.., H, s, ..] as [.., sH, ..]
    Value joined = e.concat(axis + 1, phases);
    Value sizes =
        e.concat(
            0,
            e.sizesOf(plane, 0, 1),
            axis == 2 ? e.mul(e.sizeOf(plane, 2), scale) : e.sizeOf(plane, 2),
            axis == 3 ? e.mul(e.sizeOf(plane, 3), scale) : e.sizeOf(plane, 3));
    return e.reshape(joined, sizes);
  }

  /** Every target pixel of one phase: a sum over the taps, in their order. */
  private Value phase(Value padded, int axis, int phase) {
    double step = 1.0 / scale;
    double centre = (phase + 0.5) * step - 0.5;
    int first = (int) Math.floor(centre - 2);
    int taps = 2 * REACH;
    double[] weights = new double[taps];
    double sum = 0;
    for (int tap = 0; tap < taps; tap++) {
      weights[tap] = Kernel.CUBIC.at(centre - (first + tap));
      sum += weights[tap];
    }
    List<Value> terms = new ArrayList<>();
    for (int tap = 0; tap < taps; tap++) {
      double weight = weights[tap] / sum;
      if (weight != 0) {
        int from = first + tap + REACH;
        int to = from - 2 * REACH;
        Value slice = e.slice(padded, axis, from, to < 0 ? to : Long.MAX_VALUE);
        terms.add(e.mul(slice, weight));
      }
    }
    return terms.stream().reduce(e::add).orElseThrow();
  }

  private Value plus(Value x, double term) {
    return term == 0 ? x : e.add(x, term);
  }

  private Value times(Value x, double factor) {
    return factor == 1 ? x : e.mul(x, factor);
  }

  private Value over(Value x, double divisor) {
    return divisor == 1 ? x : e.div(x, divisor);
  }
}

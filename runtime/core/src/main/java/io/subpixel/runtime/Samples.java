package io.subpixel.runtime;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Accesses the elements of a tensor as values of 0..1, whatever the model's type and range. All
 * indices count elements. Not thread-safe.
 */
abstract sealed class Samples {
  private Samples() {}

  /**
   * @param range the model's values for 0 and 1
   * @param memory in native order; shared, not copied
   */
  static Samples of(ElementType element, ValueRange range, ByteBuffer memory) {
    float black = (float) range.black();
    float span = (float) (range.white() - range.black());
    return switch (element) {
      case FLOAT32 -> new Floats(memory.asFloatBuffer(), range, black, span);
      case FLOAT16 -> new Halves(memory.asShortBuffer(), black, span);
      case UINT8 -> new Bytes(memory, black, span);
    };
  }

  /** Puts {@code n} values at {@code index}, {@code index + step} and so on. */
  abstract void put(int index, int step, float[] values, int n);

  /** Gets {@code n} values from {@code index}, {@code index + step} and so on. */
  abstract void get(int index, int step, float[] values, int n);

  private static final class Floats extends Samples {
    private final FloatBuffer elements;
    private final ValueRange range;
    private final float black;
    private final float span;

    Floats(FloatBuffer elements, ValueRange range, float black, float span) {
      this.elements = elements;
      this.range = range;
      this.black = black;
      this.span = span;
    }

    @Override
    void put(int index, int step, float[] values, int n) {
      if (step == 1 && range.isUnit()) {
        elements.put(index, values, 0, n);
        return;
      }
      for (int i = 0; i < n; i++) {
        elements.put(index + i * step, values[i] * span + black);
      }
    }

    @Override
    void get(int index, int step, float[] values, int n) {
      if (step == 1) {
        elements.get(index, values, 0, n);
      } else {
        for (int i = 0; i < n; i++) {
          values[i] = elements.get(index + i * step);
        }
      }
      range.toUnit(values, n);
    }
  }

  private static final class Halves extends Samples {
    private final ShortBuffer elements;
    private final float black;
    private final float span;

    Halves(ShortBuffer elements, float black, float span) {
      this.elements = elements;
      this.black = black;
      this.span = span;
    }

    @Override
    void put(int index, int step, float[] values, int n) {
      for (int i = 0; i < n; i++) {
        elements.put(index + i * step, Fp16Conversions.floatToFp16(values[i] * span + black));
      }
    }

    @Override
    void get(int index, int step, float[] values, int n) {
      for (int i = 0; i < n; i++) {
        values[i] = (Fp16Conversions.fp16ToFloat(elements.get(index + i * step)) - black) / span;
      }
    }
  }

  private static final class Bytes extends Samples {
    private final ByteBuffer elements;
    private final float black;
    private final float span;

    Bytes(ByteBuffer elements, float black, float span) {
      this.elements = elements;
      this.black = black;
      this.span = span;
    }

    @Override
    void put(int index, int step, float[] values, int n) {
      for (int i = 0; i < n; i++) {
        float clipped = Math.max(0, Math.min(255, values[i] * span + black));
        elements.put(index + i * step, (byte) (clipped + 0.5f));
      }
    }

    @Override
    void get(int index, int step, float[] values, int n) {
      for (int i = 0; i < n; i++) {
        values[i] = ((elements.get(index + i * step) & 0xff) - black) / span;
      }
    }
  }
}

package io.subpixel.converter.verification;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A float32 tensor between the two sides, the last axis contiguous. The arrays aren't copied. */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record Tensor(long[] sizes, float[] values) {
  /** Pseudo-random values of 0..1, always the same for the same seed. */
  static Tensor random(long[] sizes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = Math.toIntExact(Arrays.stream(sizes).reduce(1, Math::multiplyExact));
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return new Tensor(sizes, values);
  }

  static Tensor of(INDArray array) {
    return new Tensor(array.shape(), array.dup('c').data().asFloat());
  }

  INDArray toArray() {
    return sizes.length == 0 ? Nd4j.scalar(values[0]) : Nd4j.create(values, sizes, 'c');
  }

  /** A direct buffer, which ONNX Runtime reads without a copy. */
  FloatBuffer toBuffer() {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return buffer.put(values).rewind();
  }
}

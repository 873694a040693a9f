package io.subpixel.conformance.benchmark;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What this machine's cores can do at most with float32: the fastest of many products of two
 * matrices by OpenBLAS, which reaches nearly what its multiply-add units could.
 */
final class Peak {
  private static final int SIDE = 1024;
  private static final int TRIES = 40;

  private final INDArray a = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
  private final INDArray b = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
  private final INDArray product = Nd4j.create(DataType.FLOAT, new long[] {SIDE, SIDE}, 'f');

  /** 10^9 floating-point operations a second. */
  double gflops() {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      a.mmuli(b, product);
      best = Math.max(best, 2.0 * SIDE * SIDE * SIDE / (System.nanoTime() - start));
    }
    return best;
  }
}

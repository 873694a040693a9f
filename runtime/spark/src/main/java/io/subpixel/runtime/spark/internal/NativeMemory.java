package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.spark.PictureOptions;
import org.apache.spark.SparkConf;

/** The memory that an executor needs beside its heap. */
final class NativeMemory {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final long MEGABYTE = 1 << 20;

  /** Half of an upscaler's memory is for tiles, which are outside of the heap. */
  private static final long DEFAULT_TILES = 512;

  /** Libraries, weights, code and threads: twice what an executor of two cores used. */
  private static final long BESIDES = 400;

  /** Spark's own default, unless it is a tenth of the heap. */
  private static final long LEAST_OVERHEAD = 384;

  private NativeMemory() {}

  /**
   * Checks what a cluster manager grants, where it kills processes that exceed it.
   *
   * @throws UnavailableException if that is too little
   */
  static void require(SparkConf conf, PictureOptions options) {
    String master = conf.get("spark.master", "");
    boolean isEnforced = master.startsWith("yarn") || master.startsWith("k8s");
    if (!isEnforced && !conf.contains(OVERHEAD)) {
      return;
    }
    long tiles =
        options.memory().isPresent() ? options.memory().getAsLong() / 2 / MEGABYTE : DEFAULT_TILES;
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    double factor = conf.getDouble(OVERHEAD + "Factor", 0.1);
    long granted =
        conf.contains(OVERHEAD)
            ? conf.getSizeAsMb(OVERHEAD)
            : Math.max(LEAST_OVERHEAD, (long) (factor * heap));
    if (granted < tiles + BESIDES) {
      throw new UnavailableException(
          "%s: expected at least %dm, %d for tiles (half of --memory) and %d for the rest, received %dm"
              .formatted(OVERHEAD, tiles + BESIDES, tiles, BESIDES, granted));
    }
  }
}

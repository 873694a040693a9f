package io.subpixel.trainer.training;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Which native libraries ND4J runs on. */
final class NativeBackend {
  private NativeBackend() {}

  static boolean hasOneDnn() {
    Nd4j.getBackend();
    return NativeOpsHolder.getInstance().getDeviceNativeOps().buildInfo().contains("HAVE_ONEDNN");
  }

  /**
   * On x86 the plain natives train ten times slower; they get on the class path by a wrong
   * classifier.
   */
  static void warnIfSlow(FitListener listener) {
    if (!hasOneDnn()) {
      listener.warning("ND4J runs without oneDNN: training will be slow (on x86, up to ten times)");
    }
  }
}

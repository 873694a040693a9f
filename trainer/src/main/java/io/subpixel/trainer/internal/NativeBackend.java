package io.subpixel.trainer.internal;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The native libraries that ND4J runs on. */
public final class NativeBackend {
  private NativeBackend() {}

  /**
   * Says whether ND4J has oneDNN. On x86 the plain natives, which get on the class path by a wrong
   * classifier, train ten times slower.
   */
  public static boolean hasOneDnn() {
    Nd4j.getBackend();
    return NativeOpsHolder.getInstance().getDeviceNativeOps().buildInfo().contains("HAVE_ONEDNN");
  }
}

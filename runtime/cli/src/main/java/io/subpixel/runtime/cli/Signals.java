package io.subpixel.runtime.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Ends a command by a signal, without the JVM's shutdown: in that, ONNX Runtime closes its
 * environment at once, under the pictures that are upscaled.
 */
final class Signals {
  private static final String HANDLE = "handle";

  private Signals() {}

  /**
   * Runs an action on SIGTERM or SIGINT, with the signal's number. Only {@code sun.misc.Signal} of
   * the module {@code jdk.unsupported} can do so; javac warns of it, so it is called by reflection.
   *
   * @throws ReflectiveOperationException if this JVM lacks it
   */
  static void onEnd(IntConsumer action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object own =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, received) -> {
              if (method.getName().equals(HANDLE)) {
                action.accept((int) signal.getMethod("getNumber").invoke(received[0]));
              }
              return null;
            });
    for (String name : List.of("TERM", "INT")) {
      Object one = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod(HANDLE, signal, handler).invoke(null, one, own);
    }
  }
}

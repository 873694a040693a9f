package io.subpixel.runtime.cli;

/** Runs an action when a signal ends the process, unless it is removed before. */
final class ShutdownHook {
  private final Thread hook;

  /**
   * @param action ends the work in progress; the process lives until it returns
   */
  ShutdownHook(Runnable action) {
    hook = new Thread(action, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is already running.
      return;
    }
  }
}

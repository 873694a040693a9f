package io.subpixel.runtime.cli;

/** What the process does when a signal is to end it, until that is forgotten. */
final class ShutdownHook {
  private final Thread hook;

  /**
   * @param action ends what is under way; the process lives until it returns
   */
  ShutdownHook(Runnable action) {
    hook = new Thread(action, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already.
      return;
    }
  }
}

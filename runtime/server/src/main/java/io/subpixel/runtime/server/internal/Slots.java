package io.subpixel.runtime.server.internal;

/** The requests under way, of which there may only be so many. For one event loop. */
final class Slots {
  private final int most;
  private int taken;

  Slots(int most) {
    this.most = most;
  }

  /** Takes one, which {@link #free} gives back. */
  void take() throws Problem {
    if (taken >= most) {
      throw Problem.busy("requests", "at most " + most + " under way", "one more", 1);
    }
    taken++;
  }

  void free() {
    taken--;
  }

  int taken() {
    return taken;
  }
}

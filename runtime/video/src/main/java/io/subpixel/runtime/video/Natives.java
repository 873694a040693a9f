package io.subpixel.runtime.video;

import java.lang.ref.Cleaner;

/** What all that is native shares. */
final class Natives {
  /** Frees what a consumer that stopped early left behind. */
  static final Cleaner CLEANER = Cleaner.create();

  private Natives() {}
}

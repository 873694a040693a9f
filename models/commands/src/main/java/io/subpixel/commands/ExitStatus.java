package io.subpixel.commands;

/** The exit statuses of every command. */
public final class ExitStatus {
  /** Done. */
  public static final int DONE = 0;

  /** Some of the inputs failed; the others are written. */
  public static final int INPUT_FAILED = 1;

  /** Wrong usage. */
  public static final int USAGE = 2;

  /** The machine lacks something that was requested. */
  public static final int UNAVAILABLE = 3;

  /** A verification failed. */
  public static final int VERIFICATION_FAILED = 4;

  /** A bug in Subpixel: the request was valid. */
  public static final int BUG = 5;

  private ExitStatus() {}
}

package io.subpixel.models.cli;

import picocli.CommandLine.Option;

/** The options that every command has. Include it with {@code @Mixin}. */
public final class CommonOptions {
  static final String VERBOSE = "--verbose";

  @Option(names = VERBOSE, description = "Show the stack trace of a failure.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  /** Whether a failure's stack trace is wanted. */
  public boolean verbose() {
    return verbose;
  }
}

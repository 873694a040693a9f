package io.subpixel.commands;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The options that every command has. A mixin of the outermost command; its subcommands inherit
 * them.
 */
public final class CommonOptions {
  static final String VERBOSE = "--verbose";

  @Option(
      names = VERBOSE,
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  /** Whether a failure's stack trace is wanted. */
  public boolean verbose() {
    return verbose;
  }
}

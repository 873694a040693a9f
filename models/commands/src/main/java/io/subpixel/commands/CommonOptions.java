package io.subpixel.commands;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The options of every command: a mixin of the outermost command, which its subcommands inherit,
 * except {@code --version}.
 */
public final class CommonOptions {
  static final String VERBOSE = "--verbose";

  @Option(
      names = VERBOSE,
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  @SuppressWarnings("unused") // picocli keeps it
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of all parts, and the licence, and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean version;

  /** Returns whether a command, or one of its subcommands, is to print stack traces of failures. */
  public static boolean isVerbose(CommandSpec command) {
    return Boolean.TRUE.equals(command.root().findOption(VERBOSE).getValue());
  }
}

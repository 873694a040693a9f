package io.subpixel.commands;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.OneLine;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.zoo.VerificationException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs a command: the exit status is that of {@link ExitStatus}, and every failure is one line on
 * standard error, followed by the stack trace under {@code --verbose}.
 */
public final class CommandRunner {
  private static final Pattern QUOTED = Pattern.compile(" \\(\\w+(\\.\\w+)+: .*\\)$");

  private CommandRunner() {}

  /**
   * Runs a command that includes {@link CommonOptions}.
   *
   * @return the status to exit with
   */
  public static int run(Object command, String... args) {
    return prepare(args.length == 0 ? command : only(command, args[0])).execute(args);
  }

  /**
   * Prepares the command line that {@link #run} executes, so that a caller can redirect its output.
   */
  public static CommandLine prepare(Object command) {
    CommandLine commandLine = new CommandLine(command);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.registerConverter(BigDecimal.class, CommandRunner::decimal);
    commandLine.setExecutionStrategy(
        parsed -> {
          try {
            return new CommandLine.RunLast().execute(parsed);
          } catch (Error e) {
            // picocli passes only exceptions to the handler below.
            CommandLine root = parsed.commandSpec().commandLine();
            return report(root, e, isVerbose(parsed));
          }
        });
    commandLine.setExecutionExceptionHandler(
        (failure, failed, parsed) -> report(failed, failure, isVerbose(parsed)));
    commandLine.setParameterExceptionHandler(
        (failure, args) -> {
          CommandLine failed = failure.getCommandLine();
          String help = failed.getCommandSpec().qualifiedName() + " --help";
          print(failed, inWords(failure) + " (try '" + help + "')");
          return ExitStatus.USAGE;
        });
    return commandLine;
  }

  /**
   * Returns a command with one of its subcommands alone, if the name is one's: to read the
   * annotations of all takes a tenth of a short run.
   */
  private static Object only(Object command, String name) {
    Command stated = command.getClass().getAnnotation(Command.class);
    if (stated != null) {
      for (Class<?> each : stated.subcommands()) {
        if (each.getAnnotation(Command.class).name().equals(name)) {
          return CommandSpec.wrapWithoutInspection(command)
              .name(stated.name())
              .addMixin("common", CommandSpec.forAnnotatedObject(new CommonOptions()))
              .addSubcommand(name, new CommandLine(each));
        }
      }
    }
    return command;
  }

  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new CommandLine.TypeConversionException("expected a number, received " + text);
    }
  }

  /** Returns picocli's message without the exception that it quotes. */
  private static String inWords(CommandLine.ParameterException failure) {
    return QUOTED.matcher(String.valueOf(failure.getMessage())).replaceFirst("");
  }

  /** Writes one line on the command's standard error. */
  public static void print(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println(commandLine.getCommandSpec().root().name() + ": " + OneLine.of(message));
    err.flush();
  }

  private static int report(CommandLine failed, Throwable failure, boolean verbose) {
    Throwable cause = failure;
    if ((failure instanceof UncheckedIOException || failure instanceof DirectoryIteratorException)
        && failure.getCause() != null) {
      cause = failure.getCause();
    }
    print(failed, describe(cause));
    if (verbose) {
      cause.printStackTrace(failed.getErr());
    }
    if (cause instanceof UnavailableException || cause instanceof LinkageError) {
      return ExitStatus.UNAVAILABLE;
    } else if (cause instanceof VerificationException) {
      return ExitStatus.VERIFICATION_FAILED;
    } else if (Reason.isBug(cause)) {
      return ExitStatus.BUG;
    }
    return ExitStatus.INPUT_FAILED;
  }

  private static String describe(Throwable cause) {
    String said = cause.getMessage();
    if (cause instanceof FileSystemException e && e.getFile() != null) {
      String expected = cause instanceof NoSuchFileException ? "a file or folder" : "access";
      return e.getFile() + ": expected " + expected + ", received " + Reason.of(e);
    } else if (said != null && isOurs(cause)) {
      return said;
    }
    if (Reason.isBug(cause)) {
      return Reason.ofBug(cause);
    }
    String reason = Reason.of(cause);
    return reason.equals(said) ? reason : "expected success, received " + reason;
  }

  /** Returns whether a failure's text was written for users. */
  private static boolean isOurs(Throwable cause) {
    return cause instanceof InvalidInputException
        || cause instanceof UnavailableException
        || cause instanceof VerificationException;
  }

  private static boolean isVerbose(CommandLine.ParseResult parsed) {
    for (CommandLine.ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (at.hasMatchedOption(CommonOptions.VERBOSE)) {
        return true;
      }
    }
    return false;
  }
}

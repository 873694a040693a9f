package io.subpixel.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

class CommandRunnerTest {
  private static final String LS = System.lineSeparator();

  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  enum Mode {
    FAST,
    SLOW,
    IMPOSSIBLE
  }

  @Command(name = "house")
  static final class House {}

  @Command(name = "work")
  static final class Work implements Callable<Integer> {
    private final @Nullable Throwable failure;

    @Spec CommandSpec spec = CommandSpec.create();

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--mode")
    private Mode mode = Mode.SLOW;

    Work(@Nullable Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      } else if (failure instanceof Exception exception) {
        throw exception;
      }
      if (mode == Mode.IMPOSSIBLE) {
        throw new ParameterException(spec.commandLine(), "not here");
      }
      return mode == Mode.FAST ? 40 : ExitStatus.DONE;
    }
  }

  private static final String NOT_DONE = "expected success, received ";
  private static final String BUG =
      "; this is a bug in Subpixel: please report it with the output of --verbose";

  /** Says where it is from, which is here. */
  private static Arguments bug(RuntimeException thrown) {
    StackTraceElement place = thrown.getStackTrace()[0];
    String name = thrown.getClass().getSimpleName();
    return Arguments.of(thrown, 5, "internal error: " + name + " at " + place + BUG);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new InvalidInputException("a.png", "an image", "text"),
            1,
            "a.png: expected an image, received text"),
        Arguments.of(
            new UncheckedIOException(new InvalidInputException("a.png", "an image", "text")),
            1,
            "a.png: expected an image, received text"),
        Arguments.of(new IOException("its journal is another's"), 1, "its journal is another's"),
        Arguments.of(
            new NoSuchFileException("a.png"),
            1,
            "a.png: expected a file or folder, received no such file"),
        Arguments.of(
            new AccessDeniedException("a.png"),
            1,
            "a.png: expected access, received no permission"),
        Arguments.of(new IOException(), 1, NOT_DONE + "a failure of the system"),
        Arguments.of(new IOException("No space left on device"), 1, NOT_DONE + "a full disk"),
        Arguments.of(
            new IOException("java.util.zip.ZipException: bad"),
            1,
            NOT_DONE + "a failure of the system"),
        Arguments.of(new UnavailableException("no CUDA"), 3, "no CUDA"),
        Arguments.of(new VerificationException("differs by 2"), 4, "differs by 2"),
        Arguments.of(
            new IllegalStateException("one\n  two\r\nthree"), 1, NOT_DONE + "one; two; three"),
        bug(new IllegalStateException("Size[width=1]")),
        bug(new NullPointerException()),
        bug(new ArrayIndexOutOfBoundsException(7)),
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            1,
            NOT_DONE
                + "a need for more than the "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MB of heap (-Xmx)"),
        Arguments.of(new UnsatisfiedLinkError("no libfoo"), 3, "no libfoo"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsAStatusAndOneLine(Throwable failure, int status, String line) {
    assertThat(run(failure, "work")).isEqualTo(status);
    assertThat(err).hasToString("house: " + line + LS);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void verboseAddsTheStackTrace(Throwable failure, int status, String line) {
    assertThat(run(failure, "work", "--verbose")).isEqualTo(status);
    assertThat(err.toString())
        .startsWith("house: " + line + LS)
        .contains(LS + "\tat " + CommandRunnerTest.class.getName());
  }

  @Test
  void doneIsSilentAndTheCommandsOwnStatusIsKept() {
    assertThat(run(null, "work")).isEqualTo(ExitStatus.DONE);
    assertThat(run(null, "work", "--mode", "fast")).isEqualTo(40);
    assertThat(err.toString() + out).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("wrongUsages")
  void wrongUsageNamesTheWrongAndPointsToHelp(String[] args, String named) {
    assertThat(run(null, args)).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .startsWith("house: ")
        .contains(named)
        .endsWith("--help')" + LS)
        .hasLineCount(1);
  }

  static Stream<Arguments> wrongUsages() {
    return Stream.of(
        Arguments.of(new String[] {"work", "--nonsense"}, "--nonsense"),
        Arguments.of(new String[] {"work", "--mode", "odd"}, "FAST, SLOW, IMPOSSIBLE"),
        Arguments.of(new String[] {"work", "--mode"}, "--mode"),
        Arguments.of(new String[] {"nonsense"}, "nonsense"),
        Arguments.of(new String[] {}, "subcommand"));
  }

  @Test
  void aParameterFoundWrongWhileRunningIsWrongUsageToo() {
    assertThat(run(null, "work", "--mode", "impossible")).isEqualTo(ExitStatus.USAGE);
    assertThat(err).hasToString("house: not here (try 'house work --help')" + LS);
  }

  @Test
  void helpIsNoFailure() {
    assertThat(run(new IllegalStateException(), "work", "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(out.toString()).contains("Usage: house work", "--verbose");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void commandsKnowWhetherTheyAreVerbose() {
    CommandLine command = new CommandLine(new CommonOptions());
    command.parseArgs("--verbose");
    assertThat(CommonOptions.isVerbose(command.getCommandSpec())).isTrue();
    command.parseArgs();
    assertThat(CommonOptions.isVerbose(command.getCommandSpec())).isFalse();
  }

  private int run(@Nullable Throwable failure, String... args) {
    CommandSpec house = CommandSpec.forAnnotatedObject(new House());
    house.addSubcommand("work", CommandSpec.forAnnotatedObject(new Work(failure)));
    CommandLine commandLine =
        CommandRunner.prepare(house)
            .setErr(new PrintWriter(err, true))
            .setOut(new PrintWriter(out, true));
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      // JUnit would take it for its own and end.
      throw new AssertionError("not reported", e);
    }
  }
}

package io.subpixel.conformance.benchmark.cli;

import io.subpixel.commands.ExitStatus;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code conformance bench jmh}. */
@Command(
    name = "jmh",
    description =
        "Runs the benchmarks of single steps in JMH, with JMH's own arguments: names to select,"
            + " -p model=sesr-m5-x2, -prof gc, -rf json; -l lists them, -h explains.",
    customSynopsis = "conformance bench jmh [ARGUMENT OF JMH...]")
final class BenchJmhCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Unmatched private final List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    // JMH prints there, and the command that this one belongs to has silenced it.
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    try {
      CommandLineOptions options = new CommandLineOptions(arguments.toArray(String[]::new));
      Runner runner = new Runner(options);
      if (options.shouldHelp()) {
        options.showHelp();
      } else if (options.shouldList()) {
        runner.list();
      } else {
        runner.run();
      }
      return ExitStatus.DONE;
    } catch (CommandLineOptionException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (RunnerException e) {
      throw new IOException("a benchmark failed: " + e.getMessage(), e);
    }
  }
}

package io.subpixel.conformance.cli;

import picocli.CommandLine.Command;

/** {@code conformance benchmark}. */
@Command(
    name = "benchmark",
    description = "Times Subpixel beside what else one would take.",
    aliases = "bench",
    subcommands = {
      BenchmarkTrainingCommand.class,
      BenchmarkUpscalingCommand.class,
      BenchmarkJmhCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class BenchmarkCommand {}

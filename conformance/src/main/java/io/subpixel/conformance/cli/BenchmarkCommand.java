package io.subpixel.conformance.cli;

import picocli.CommandLine.Command;

/** {@code conformance benchmark}. */
@Command(
    name = "benchmark",
    description = "Times Subpixel beside what else one would take.",
    subcommands = BenchmarkTrainingCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class BenchmarkCommand {}

/** The command {@code bench} and its subcommands. */
@NullMarked
package io.subpixel.conformance.benchmark.cli;

import org.jspecify.annotations.NullMarked;

/** Options of commands that run other runtimes. */
@NullMarked
package io.subpixel.conformance.matrix.cli;

import org.jspecify.annotations.NullMarked;

/** The command {@code conformance}. */
@NullMarked
package io.subpixel.conformance.cli;

import org.jspecify.annotations.NullMarked;

/** The command {@code converter}. */
@NullMarked
package io.subpixel.converter.cli;

import org.jspecify.annotations.NullMarked;

/** The command {@code trainer}. */
@NullMarked
package io.subpixel.trainer.cli;

import org.jspecify.annotations.NullMarked;

/** The command {@code runtime}. */
@NullMarked
package io.subpixel.runtime.cli;

import org.jspecify.annotations.NullMarked;

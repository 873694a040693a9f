/** The command that measures how good a model is. */
@NullMarked
package io.subpixel.conformance.evaluate.cli;

import org.jspecify.annotations.NullMarked;

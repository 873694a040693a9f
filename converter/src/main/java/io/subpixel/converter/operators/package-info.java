/** One handler for each operator, and the registry that lists them. */
@NullMarked
package io.subpixel.converter.operators;

import org.jspecify.annotations.NullMarked;

/** Graphs that others made, with what SameDiff computed for them. */
@NullMarked
package io.subpixel.conformance.peer;

import org.jspecify.annotations.NullMarked;

/** Third-party graphs, with the values that SameDiff computed for them. */
@NullMarked
package io.subpixel.conformance.peer;

import org.jspecify.annotations.NullMarked;

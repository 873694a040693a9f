/** Times Subpixel beside its alternatives. */
@NullMarked
package io.subpixel.conformance.benchmark;

import org.jspecify.annotations.NullMarked;

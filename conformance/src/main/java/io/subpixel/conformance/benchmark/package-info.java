/** Times Subpixel beside what else one would take. */
@NullMarked
package io.subpixel.conformance.benchmark;

import org.jspecify.annotations.NullMarked;

/** The tests of all modules together. */
@NullMarked
package io.subpixel.conformance;

import org.jspecify.annotations.NullMarked;

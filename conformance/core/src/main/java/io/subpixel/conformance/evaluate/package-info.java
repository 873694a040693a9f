/** How good a model is on a set of pictures. */
@NullMarked
package io.subpixel.conformance.evaluate;

import org.jspecify.annotations.NullMarked;

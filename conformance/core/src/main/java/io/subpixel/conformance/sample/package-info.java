/** The pictures in this repository that show what a model does. */
@NullMarked
package io.subpixel.conformance.sample;

import org.jspecify.annotations.NullMarked;

/** Elementwise operators on numbers. */
@NullMarked
package io.subpixel.converter.operators.arithmetic;

import org.jspecify.annotations.NullMarked;

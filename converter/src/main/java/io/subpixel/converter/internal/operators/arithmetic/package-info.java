/** Elementwise operators on numbers. */
@NullMarked
package io.subpixel.converter.internal.operators.arithmetic;

import org.jspecify.annotations.NullMarked;

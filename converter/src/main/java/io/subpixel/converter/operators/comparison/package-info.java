/** Comparisons, boolean logic and bits. */
@NullMarked
package io.subpixel.converter.operators.comparison;

import org.jspecify.annotations.NullMarked;

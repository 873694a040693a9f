/** Comparisons, boolean logic and bits. */
@NullMarked
package io.subpixel.converter.internal.operators.comparison;

import org.jspecify.annotations.NullMarked;

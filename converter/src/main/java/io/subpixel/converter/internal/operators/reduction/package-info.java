/** What makes fewer elements of many: sums, extremes, counts, distances, segments. */
@NullMarked
package io.subpixel.converter.internal.operators.reduction;

import org.jspecify.annotations.NullMarked;

/** Attention between queries, keys and values. */
@NullMarked
package io.subpixel.converter.internal.operators.attention;

import org.jspecify.annotations.NullMarked;

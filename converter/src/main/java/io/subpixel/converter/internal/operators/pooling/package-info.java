/** What sums up the pixels under a window. */
@NullMarked
package io.subpixel.converter.internal.operators.pooling;

import org.jspecify.annotations.NullMarked;

/** Convolutions, pooling and what moves between space and channels. */
@NullMarked
package io.subpixel.converter.internal.operators.convolution;

import org.jspecify.annotations.NullMarked;

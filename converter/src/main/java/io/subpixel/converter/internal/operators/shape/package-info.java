/** What moves elements and computes nothing. */
@NullMarked
package io.subpixel.converter.internal.operators.shape;

import org.jspecify.annotations.NullMarked;

/** What makes arrays from sizes, indices or diagonals. */
@NullMarked
package io.subpixel.converter.internal.operators.creation;

import org.jspecify.annotations.NullMarked;

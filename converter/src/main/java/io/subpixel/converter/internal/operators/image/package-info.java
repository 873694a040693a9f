/** Colours and sizes of pictures, and boxes on them. */
@NullMarked
package io.subpixel.converter.internal.operators.image;

import org.jspecify.annotations.NullMarked;

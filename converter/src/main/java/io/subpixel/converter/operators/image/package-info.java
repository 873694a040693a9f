/** Colours and sizes of pictures, and boxes on them. */
@NullMarked
package io.subpixel.converter.operators.image;

import org.jspecify.annotations.NullMarked;

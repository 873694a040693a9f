/** Ranges of luma. */
@NullMarked
package io.subpixel.pictures.colour;

import org.jspecify.annotations.NullMarked;

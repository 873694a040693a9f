/** The seam behind which each picture format lives, and what travels with a picture. */
@NullMarked
package io.subpixel.pictures.codec;

import org.jspecify.annotations.NullMarked;

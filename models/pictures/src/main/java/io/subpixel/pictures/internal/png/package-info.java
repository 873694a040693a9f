/** PNG, and the deflater that it is written with. */
@NullMarked
package io.subpixel.pictures.internal.png;

import org.jspecify.annotations.NullMarked;

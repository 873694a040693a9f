/** BT.601 luma and chroma, and the Y that the literature's metrics use. */
@NullMarked
package io.subpixel.pictures.internal.colour;

import org.jspecify.annotations.NullMarked;

/** BT.601 luma and chroma, and the Y of the field's metrics. */
@NullMarked
package io.subpixel.pictures.internal.colour;

import org.jspecify.annotations.NullMarked;

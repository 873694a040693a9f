/** GIF. */
@NullMarked
package io.subpixel.pictures.internal.gif;

import org.jspecify.annotations.NullMarked;

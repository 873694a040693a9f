/** WebP, through libwebp. */
@NullMarked
package io.subpixel.pictures.internal.webp;

import org.jspecify.annotations.NullMarked;

/** JPEG: segments, quality, and rows through the JDK. */
@NullMarked
package io.subpixel.pictures.internal.jpeg;

import org.jspecify.annotations.NullMarked;

/** Resampling row by row. */
@NullMarked
package io.subpixel.pictures.resampling.internal;

import org.jspecify.annotations.NullMarked;

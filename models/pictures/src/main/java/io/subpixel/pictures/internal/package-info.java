/** Atomic files, temporary files and other utilities that all modules share. */
@NullMarked
package io.subpixel.pictures.internal;

import org.jspecify.annotations.NullMarked;

/** Reads and writes picture files. */
@NullMarked
package io.subpixel.pictures.file;

import org.jspecify.annotations.NullMarked;

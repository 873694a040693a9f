/** Folders and patterns of picture files. */
@NullMarked
package io.subpixel.pictures.internal.files;

import org.jspecify.annotations.NullMarked;

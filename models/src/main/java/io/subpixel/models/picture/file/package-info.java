/** How pictures are read from and written to files. */
@NullMarked
package io.subpixel.models.picture.file;

import org.jspecify.annotations.NullMarked;

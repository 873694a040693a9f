/** HR pictures, prepared as in the literature for measuring. */
@NullMarked
package io.subpixel.pictures.file.internal;

import org.jspecify.annotations.NullMarked;

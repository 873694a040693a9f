/** HR pictures, as the field measures on them. */
@NullMarked
package io.subpixel.pictures.file.internal;

import org.jspecify.annotations.NullMarked;

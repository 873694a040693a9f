/** Pictures and planes in memory, whole or row by row. */
@NullMarked
package io.subpixel.models.picture;

import org.jspecify.annotations.NullMarked;

/** Pictures and planes, and how they are read from and written to files. */
@NullMarked
package io.subpixel.models.picture;

import org.jspecify.annotations.NullMarked;

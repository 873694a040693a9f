/** Pictures and planes in memory, whole or row by row, and the exceptions of every module. */
@NullMarked
package io.subpixel.pictures;

import org.jspecify.annotations.NullMarked;

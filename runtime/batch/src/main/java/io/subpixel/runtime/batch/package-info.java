/** Upscales many pictures: finds them, names what becomes of them, and tells how each went. */
@NullMarked
package io.subpixel.runtime.batch;

import org.jspecify.annotations.NullMarked;

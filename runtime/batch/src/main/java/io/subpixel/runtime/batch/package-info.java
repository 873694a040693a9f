/** Upscales many pictures: finds them, names the outputs, and reports the outcomes. */
@NullMarked
package io.subpixel.runtime.batch;

import org.jspecify.annotations.NullMarked;

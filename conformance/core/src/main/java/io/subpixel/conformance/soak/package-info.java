/** One upscaler shared by many threads for a long time. */
@NullMarked
package io.subpixel.conformance.soak;

import org.jspecify.annotations.NullMarked;

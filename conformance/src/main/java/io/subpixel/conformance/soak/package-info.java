/** One upscaler, many threads, for long. */
@NullMarked
package io.subpixel.conformance.soak;

import org.jspecify.annotations.NullMarked;

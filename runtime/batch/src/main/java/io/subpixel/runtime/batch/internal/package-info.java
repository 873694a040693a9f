/** Comparison sheets. */
@NullMarked
package io.subpixel.runtime.batch.internal;

import org.jspecify.annotations.NullMarked;

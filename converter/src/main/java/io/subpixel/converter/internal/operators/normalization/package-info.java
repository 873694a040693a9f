/** What centres and scales. */
@NullMarked
package io.subpixel.converter.internal.operators.normalization;

import org.jspecify.annotations.NullMarked;

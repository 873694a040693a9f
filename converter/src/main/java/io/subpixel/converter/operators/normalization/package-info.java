/** What centres and scales. */
@NullMarked
package io.subpixel.converter.operators.normalization;

import org.jspecify.annotations.NullMarked;

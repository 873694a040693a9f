/** Recurrent layers. */
@NullMarked
package io.subpixel.converter.internal.operators.recurrent;

import org.jspecify.annotations.NullMarked;

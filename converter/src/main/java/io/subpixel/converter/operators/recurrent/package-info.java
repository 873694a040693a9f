/** Recurrent layers. */
@NullMarked
package io.subpixel.converter.operators.recurrent;

import org.jspecify.annotations.NullMarked;

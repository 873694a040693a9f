/** The list of all operator families. */
@NullMarked
package io.subpixel.converter.operators.standard;

import org.jspecify.annotations.NullMarked;

/** Model cards, and the trained models that this library contains. */
@NullMarked
package io.subpixel.zoo;

import org.jspecify.annotations.NullMarked;

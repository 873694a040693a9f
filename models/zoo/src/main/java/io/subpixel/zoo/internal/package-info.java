/** Conversion between pixels and a network's input and output. */
@NullMarked
package io.subpixel.zoo.internal;

import org.jspecify.annotations.NullMarked;

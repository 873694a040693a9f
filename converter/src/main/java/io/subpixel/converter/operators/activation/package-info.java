/** Activation functions. */
@NullMarked
package io.subpixel.converter.operators.activation;

import org.jspecify.annotations.NullMarked;

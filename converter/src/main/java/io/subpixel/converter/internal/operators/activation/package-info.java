/** Activation functions. */
@NullMarked
package io.subpixel.converter.internal.operators.activation;

import org.jspecify.annotations.NullMarked;

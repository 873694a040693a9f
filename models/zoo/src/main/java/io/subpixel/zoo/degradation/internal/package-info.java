/** The interface of encoders that degradations use. */
@NullMarked
package io.subpixel.zoo.degradation.internal;

import org.jspecify.annotations.NullMarked;

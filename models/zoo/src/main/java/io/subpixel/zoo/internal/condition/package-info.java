/** Estimates the degradation of a picture from its file and its samples. */
@NullMarked
package io.subpixel.zoo.internal.condition;

import org.jspecify.annotations.NullMarked;

/** The way of pixels into a network and out of it. */
@NullMarked
package io.subpixel.zoo.internal;

import org.jspecify.annotations.NullMarked;

/** Degradations: how LR pictures are made from HR ones. */
@NullMarked
package io.subpixel.zoo.degradation;

import org.jspecify.annotations.NullMarked;

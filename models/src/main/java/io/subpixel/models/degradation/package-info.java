/** How LR pictures are made from HR ones. */
@NullMarked
package io.subpixel.models.degradation;

import org.jspecify.annotations.NullMarked;

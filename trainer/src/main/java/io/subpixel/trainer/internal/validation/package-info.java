/** How near a network comes to HR pictures that it wasn't trained on. */
@NullMarked
package io.subpixel.trainer.internal.validation;

import org.jspecify.annotations.NullMarked;

/** Measures a network on HR images that it wasn't trained on. */
@NullMarked
package io.subpixel.trainer.internal.validation;

import org.jspecify.annotations.NullMarked;

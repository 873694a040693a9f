/** Patches of pictures, made while the network trains. */
@NullMarked
package io.subpixel.trainer.internal.data;

import org.jspecify.annotations.NullMarked;

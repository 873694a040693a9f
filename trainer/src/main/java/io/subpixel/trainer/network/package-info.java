/** Super-resolution networks as SameDiff graphs. */
@NullMarked
package io.subpixel.trainer.network;

import org.jspecify.annotations.NullMarked;

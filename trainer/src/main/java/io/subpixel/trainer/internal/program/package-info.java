/** A SameDiff gradient graph as a fixed list of native calls on fixed arrays. */
@NullMarked
package io.subpixel.trainer.internal.program;

import org.jspecify.annotations.NullMarked;

/** Formulas of losses as SameDiff graphs, and the networks that some of them compare by. */
@NullMarked
package io.subpixel.trainer.internal.loss;

import org.jspecify.annotations.NullMarked;

/** The training loop, and the folder that a run leaves. */
@NullMarked
package io.subpixel.trainer.training;

import org.jspecify.annotations.NullMarked;

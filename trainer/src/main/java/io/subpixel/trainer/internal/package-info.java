/** The training loop, and the folder that a run leaves. */
@NullMarked
package io.subpixel.trainer.internal;

import org.jspecify.annotations.NullMarked;

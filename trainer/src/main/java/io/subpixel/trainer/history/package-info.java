/** The figures of each epoch of a training, and the files that keep them. */
@NullMarked
package io.subpixel.trainer.history;

import org.jspecify.annotations.NullMarked;

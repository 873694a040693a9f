/** What each epoch of a training brought, and the files that keep it. */
@NullMarked
package io.subpixel.trainer.history;

import org.jspecify.annotations.NullMarked;

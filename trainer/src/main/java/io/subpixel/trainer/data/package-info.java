/** What trainings are made of. */
@NullMarked
package io.subpixel.trainer.data;

import org.jspecify.annotations.NullMarked;

/** Draws pictures to train on: comics, screens, text, charts, maps. */
@NullMarked
package io.subpixel.trainer.internal.drawing;

import org.jspecify.annotations.NullMarked;

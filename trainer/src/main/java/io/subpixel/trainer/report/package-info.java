/** What a training leaves for people to read: curves, a page, a summary. */
@NullMarked
package io.subpixel.trainer.report;

import org.jspecify.annotations.NullMarked;

/** What a training leaves for people to read: curves, a page, a summary. */
@NullMarked
package io.subpixel.trainer.internal.report;

import org.jspecify.annotations.NullMarked;

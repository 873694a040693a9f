/** The report of a training for people: curves, a page, a summary. */
@NullMarked
package io.subpixel.trainer.internal.report;

import org.jspecify.annotations.NullMarked;

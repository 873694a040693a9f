/** The way from pixels to pixels as nodes of the graph. */
@NullMarked
package io.subpixel.converter.internal.pixel;

import org.jspecify.annotations.NullMarked;

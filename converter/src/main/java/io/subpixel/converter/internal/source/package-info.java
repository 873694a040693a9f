/** SameDiff networks as the converter reads them: from files, pruned, in order. */
@NullMarked
package io.subpixel.converter.internal.source;

import org.jspecify.annotations.NullMarked;

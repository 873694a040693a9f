/** Networks of SameDiff as files, and the operations of a network as handlers read them. */
@NullMarked
package io.subpixel.converter.source;

import org.jspecify.annotations.NullMarked;

/** What reads or writes elements by index. */
@NullMarked
package io.subpixel.converter.internal.operators.indexing;

import org.jspecify.annotations.NullMarked;

/** The matrix as a page. */
@NullMarked
package io.subpixel.conformance.matrix.page;

import org.jspecify.annotations.NullMarked;

/** Products of vectors and matrices. */
@NullMarked
package io.subpixel.converter.operators.linalg;

import org.jspecify.annotations.NullMarked;

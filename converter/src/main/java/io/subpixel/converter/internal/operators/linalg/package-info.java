/** Products of vectors and matrices. */
@NullMarked
package io.subpixel.converter.internal.operators.linalg;

import org.jspecify.annotations.NullMarked;

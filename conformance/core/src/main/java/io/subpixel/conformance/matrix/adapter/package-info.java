/** The runtimes of the matrix, each behind {@link io.subpixel.conformance.matrix.Adapter}. */
@NullMarked
package io.subpixel.conformance.matrix.adapter;

import org.jspecify.annotations.NullMarked;

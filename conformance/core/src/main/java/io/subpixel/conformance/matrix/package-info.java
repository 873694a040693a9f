/** Every network in every runtime beside SameDiff: the contract, the run and its results. */
@NullMarked
package io.subpixel.conformance.matrix;

import org.jspecify.annotations.NullMarked;

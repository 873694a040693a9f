/** What training minimises, exported so that a network can be exported with its loss. */
@NullMarked
package io.subpixel.converter.internal.operators.loss;

import org.jspecify.annotations.NullMarked;

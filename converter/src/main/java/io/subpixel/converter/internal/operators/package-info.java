/** What emits the operations of a network; below it the operators, family by family. */
@NullMarked
package io.subpixel.converter.internal.operators;

import org.jspecify.annotations.NullMarked;

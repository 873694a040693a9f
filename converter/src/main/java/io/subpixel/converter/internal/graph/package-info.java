/** A graph of ONNX under construction: its shapes, its sizes, its file. */
@NullMarked
package io.subpixel.converter.internal.graph;

import org.jspecify.annotations.NullMarked;

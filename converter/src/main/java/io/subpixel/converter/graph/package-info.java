/** The emitter: an ONNX graph that only grows by legal nodes. It knows nothing of SameDiff. */
@NullMarked
package io.subpixel.converter.graph;

import org.jspecify.annotations.NullMarked;

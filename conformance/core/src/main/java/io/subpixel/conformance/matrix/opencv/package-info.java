/** OpenCV's networks, beside those of ONNX Runtime. */
@NullMarked
package io.subpixel.conformance.matrix.opencv;

import org.jspecify.annotations.NullMarked;

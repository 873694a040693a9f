/** SameDiff and ONNX Runtime on the same pictures, compared. */
@NullMarked
package io.subpixel.conformance.parity;

import org.jspecify.annotations.NullMarked;

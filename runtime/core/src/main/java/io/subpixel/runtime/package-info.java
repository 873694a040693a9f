/** Upscales pictures with an ONNX model. Nothing outside this package touches ONNX Runtime. */
@NullMarked
package io.subpixel.runtime;

import org.jspecify.annotations.NullMarked;

/**
 * Upscales pictures with an ONNX model. In {@code runtime}, only this package uses ONNX Runtime.
 */
@NullMarked
package io.subpixel.runtime;

import org.jspecify.annotations.NullMarked;

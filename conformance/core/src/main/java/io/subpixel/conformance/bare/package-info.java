/** ONNX Runtime alone, to measure what Subpixel adds. */
@NullMarked
package io.subpixel.conformance.bare;

import org.jspecify.annotations.NullMarked;

/** ONNX Runtime with nothing around it: the measure of what Subpixel adds. */
@NullMarked
package io.subpixel.conformance.benchmark.bare;

import org.jspecify.annotations.NullMarked;

/** SameDiff networks as ONNX files: {@link io.subpixel.converter.OnnxExport} is the way in. */
@NullMarked
package io.subpixel.converter;

import org.jspecify.annotations.NullMarked;

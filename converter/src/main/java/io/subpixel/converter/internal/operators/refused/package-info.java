/** What ONNX Runtime can't compute as SameDiff does. */
@NullMarked
package io.subpixel.converter.internal.operators.refused;

import org.jspecify.annotations.NullMarked;

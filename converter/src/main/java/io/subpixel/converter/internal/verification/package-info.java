/** SameDiff against ONNX Runtime; the only package here that touches the latter. */
@NullMarked
package io.subpixel.converter.internal.verification;

import org.jspecify.annotations.NullMarked;

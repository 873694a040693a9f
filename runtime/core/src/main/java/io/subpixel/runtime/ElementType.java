package io.subpixel.runtime;

import ai.onnxruntime.OnnxJavaType;

/**
 * The element type of a model's input and output.
 *
 * @since 0.1
 */
public enum ElementType {
  /** 32 bits, IEEE 754. */
  FLOAT32(OnnxJavaType.FLOAT),
  /** 16 bits, IEEE 754. */
  FLOAT16(OnnxJavaType.FLOAT16),
  /** Integers, 0..255. */
  UINT8(OnnxJavaType.UINT8);

  private final OnnxJavaType onnx;

  ElementType(OnnxJavaType onnx) {
    this.onnx = onnx;
  }

  OnnxJavaType onnx() {
    return onnx;
  }

  int bytes() {
    return onnx.size;
  }
}

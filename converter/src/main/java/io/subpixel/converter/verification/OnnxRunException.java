package io.subpixel.converter.verification;

/** ONNX Runtime refuses a model or an input. The message is its own. */
public final class OnnxRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OnnxRunException(Throwable cause) {
    super(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""), cause);
  }
}

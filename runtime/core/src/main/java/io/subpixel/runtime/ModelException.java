package io.subpixel.runtime;

/**
 * The model failed on a picture of some size, or exceeded {@link Upscaler.Builder#timeout}.
 *
 * @since 0.1
 */
public final class ModelException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

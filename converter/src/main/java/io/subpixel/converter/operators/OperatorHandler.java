package io.subpixel.converter.operators;

/**
 * How one operator of SameDiff becomes nodes of ONNX. Stateless.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface OperatorHandler {
  /**
   * Emits the nodes of one operation, and hands over all its results by {@link Emission#out}.
   *
   * @throws UnsupportedNodeException if it can't be exported with these settings or inputs
   */
  void emit(Emission e);
}

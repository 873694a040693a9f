package io.subpixel.converter;

import io.subpixel.converter.source.Node;

/** The handler of an operator has a bug, and the network none. The cause is what it threw. */
final class BrokenHandlerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenHandlerException(Node node, RuntimeException bug) {
    super("%s (%s): the operator's handler has a bug".formatted(node.name(), node.operator()), bug);
    setStackTrace(bug.getStackTrace());
  }
}

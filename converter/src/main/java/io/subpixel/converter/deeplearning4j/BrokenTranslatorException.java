package io.subpixel.converter.deeplearning4j;

/** The translator of a layer or vertex has a bug, and the network none. */
final class BrokenTranslatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenTranslatorException(Topology.Part part, RuntimeException bug) {
    super("%s (%s): its translator has a bug".formatted(part.name(), part.kind()), bug);
    setStackTrace(bug.getStackTrace());
  }
}

package io.subpixel.conformance.peer;

/**
 * How many graphs Deeplearning4j's own exporter handled.
 *
 * @param graphs that were tried
 * @param converted to a file
 * @param ran in ONNX Runtime
 * @param equal in every value
 */
public record PeerTally(int graphs, int converted, int ran, int equal) {
  /** Nothing tried yet. */
  public static final PeerTally NONE = new PeerTally(0, 0, 0, 0);

  PeerTally plus(boolean isConverted, boolean isRun, boolean isEqual) {
    return new PeerTally(
        graphs + 1,
        converted + (isConverted ? 1 : 0),
        ran + (isRun ? 1 : 0),
        equal + (isEqual ? 1 : 0));
  }
}

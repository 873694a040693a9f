package io.subpixel.converter.graph;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A version of ONNX's operators and the file format that goes with it, by the table of <a
 * href="https://onnx.ai/onnx/repo-docs/Versioning.html">ONNX's releases</a>.
 *
 * @param version of the default domain's operators, {@link #LEAST}..{@link #MOST}
 * @param irVersion of the file format
 * @since 0.1
 */
public record Opset(int version, int irVersion) {
  /** The oldest that can be exported. */
  public static final int LEAST = 13;

  /** The newest that can be exported. */
  public static final int MOST = 23;

  private static final NavigableMap<Integer, Integer> FIRST_OPSET_OF_IR = new TreeMap<>();

  static {
    FIRST_OPSET_OF_IR.put(13, 7);
    FIRST_OPSET_OF_IR.put(15, 8);
    FIRST_OPSET_OF_IR.put(19, 9);
    FIRST_OPSET_OF_IR.put(21, 10);
    FIRST_OPSET_OF_IR.put(23, 11);
  }

  /** The default: 17, the newest that every runtime of the last years reads. */
  public static final Opset DEFAULT = of(17);

  /**
   * The opset of that number.
   *
   * @throws IllegalArgumentException if it can't be exported
   */
  public static Opset of(int version) {
    if (version < LEAST || version > MOST) {
      throw new IllegalArgumentException(
          "opset: expected " + LEAST + " to " + MOST + ", received " + version);
    }
    return new Opset(version, FIRST_OPSET_OF_IR.floorEntry(version).getValue());
  }
}

package io.subpixel.conformance.matrix;

import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;

/**
 * A network of the matrix: what computes its reference on the JVM, and its files. Immutable but for
 * the reference, which isn't for several threads at once.
 */
public final class Subject {
  private final ModelCard card;
  private final String origin;
  private final String referenceName;
  private final PixelPath.Network reference;
  private final byte[] plain;
  private final byte[] pixels;

  /**
   * @param card says its name, scale and colour
   * @param origin where it is from, in a few words
   * @param referenceName what computes the reference: SameDiff or Deeplearning4j
   * @param reference computes it
   * @param plain the ONNX file that takes {@code lr} and gives {@code sr}; not copied
   * @param pixels the ONNX file that takes and gives R, G, B; not copied
   */
  public Subject(
      ModelCard card,
      String origin,
      String referenceName,
      PixelPath.Network reference,
      byte[] plain,
      byte[] pixels) {
    this.card = card;
    this.origin = origin;
    this.referenceName = referenceName;
    this.reference = reference;
    this.plain = plain;
    this.pixels = pixels;
  }

  /** This network with other bytes in place of its plain file: what another exporter made of it. */
  public Subject withPlain(byte[] onnx) {
    return new Subject(card, origin, referenceName, reference, onnx, pixels);
  }

  /** What must be known of it. */
  public ModelCard card() {
    return card;
  }

  /** Its name. */
  public String name() {
    return card.name();
  }

  /** Where it is from, in a few words. */
  public String origin() {
    return origin;
  }

  /** What computes the reference. */
  public String referenceName() {
    return referenceName;
  }

  /** Computes the reference. */
  public PixelPath.Network reference() {
    return reference;
  }

  /** The ONNX file that takes {@code lr} and gives {@code sr}; not copied. */
  public byte[] plain() {
    return plain;
  }

  /** The ONNX file that takes and gives R, G, B; not copied. */
  public byte[] pixels() {
    return pixels;
  }
}

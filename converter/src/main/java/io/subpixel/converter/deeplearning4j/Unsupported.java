package io.subpixel.converter.deeplearning4j;

/** A translator met what it can't translate. The translation turns it into a problem. */
final class Unsupported extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  Unsupported(String reason, String help) {
    super(reason);
    this.refusal = new Refusal(reason, help);
  }

  Refusal refusal() {
    return refusal;
  }
}

package io.subpixel.converter.deeplearning4j;

/** What becomes of the mask of a sequence behind a layer. */
enum MaskFlow {
  /** It goes on. */
  PASSES,
  /** What comes out has no steps that could be left out. */
  ENDS,
  /** Deeplearning4j makes another one, which can't be translated. */
  REFUSED
}

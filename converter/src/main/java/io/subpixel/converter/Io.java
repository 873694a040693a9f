package io.subpixel.converter;

/**
 * The form of a super-resolution model's input and output.
 *
 * @since 0.1
 */
public enum Io {
  /** As the network has it: {@code lr} float {@code [N,C,H,W]}, values 0..1. */
  PLAIN,
  /** The same with channels last: {@code lr} float {@code [N,H,W,C]}. */
  NHWC,
  /**
   * Pixels: {@code image} uint8 {@code [N,H,W,3]}, R, G, B, to {@code upscaled} uint8 {@code
   * [N,sH,sW,3]}; colour, chroma, clipping and rounding are nodes of the graph.
   */
  RGB8
}

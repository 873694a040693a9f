package io.subpixel.runtime;

import io.subpixel.models.Colour;
import java.util.OptionalInt;

/**
 * What one must know to feed a model: stated by its card, found by probing it, or given by the
 * user.
 *
 * @param name the model's name in its card, or the file's
 * @param scale how many times larger each side becomes
 * @param colour what the channels mean
 * @param layout the order of the axes of input and output
 * @param element what input and output are made of
 * @param valueOfBlack what the model takes for 0: 0, or -1
 * @param valueOfWhite what the model takes for 1: 1, or 255
 * @param receptiveRadius how many LR pixels around a pixel its upscaled values depend on; empty if
 *     there is no bound, so that the picture can't be cut into tiles
 * @param multiple what both sides of the input must be multiples of; mostly 1
 * @param fixedWidth the only number of columns that the input may have, if it isn't free
 * @param fixedHeight the only number of rows that the input may have, if it isn't free
 * @param input the input's name
 * @param output the output's name
 * @param pixels whether this is a pixel model: bytes R, G, B in, {@code [N,H,W,3]}, and out
 */
public record ModelTraits(
    String name,
    int scale,
    Colour colour,
    TensorLayout layout,
    ElementType element,
    double valueOfBlack,
    double valueOfWhite,
    OptionalInt receptiveRadius,
    int multiple,
    OptionalInt fixedWidth,
    OptionalInt fixedHeight,
    String input,
    String output,
    boolean pixels) {

  /** C of {@code [N,C,H,W]}. */
  public int channels() {
    return colour.channels();
  }
}

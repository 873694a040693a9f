package io.subpixel.runtime;

import io.subpixel.zoo.Colour;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What one must know to feed a model.
 *
 * @param name the model's name in its card, or the file's
 * @param scale how many times larger each side becomes
 * @param colour what the channels mean
 * @param layout the order of the axes of input and output
 * @param element what input and output are made of
 * @param valueRange what it takes and makes for black and white
 * @param receptiveRadius how many LR pixels around a pixel its upscaled values depend on; empty if
 *     there is no bound, so that the picture can't be cut into tiles
 * @param multiple what both sides of an input must be multiples of, and, in the picture, both
 *     coordinates of a tile's first pixel; mostly 1
 * @param fixedWidth the only number of columns that an input may have, if it isn't free
 * @param fixedHeight the only number of rows that an input may have, if it isn't free
 * @param input the input's name
 * @param output the output's name
 * @param pixels whether this is a pixel model: bytes R, G, B in, {@code [N,H,W,3]}, and out
 * @param origins where {@code scale}, {@code colour}, {@code layout}, {@code valueRange}, {@code
 *     receptiveRadius} and {@code multiple} come from, by these names
 * @since 0.1
 */
public record ModelTraits(
    String name,
    int scale,
    Colour colour,
    TensorLayout layout,
    ElementType element,
    ValueRange valueRange,
    OptionalInt receptiveRadius,
    int multiple,
    OptionalInt fixedWidth,
    OptionalInt fixedHeight,
    String input,
    String output,
    boolean pixels,
    Map<String, Origin> origins) {

  /** Where a trait comes from. */
  public enum Origin {
    /** The file's inputs and outputs. */
    FILE,
    /** The model's card. */
    CARD,
    /** Small pictures that were run through the model. */
    PROBED,
    /** Whoever opened the model. */
    GIVEN,
    /** Nothing says so; it is what most models have. */
    ASSUMED
  }

  /** Copies the origins. */
  public ModelTraits {
    origins = Map.copyOf(origins);
  }

  /** C of {@code [N,C,H,W]}. */
  public int channels() {
    return colour.channels();
  }
}

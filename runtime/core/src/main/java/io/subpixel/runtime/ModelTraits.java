package io.subpixel.runtime;

import io.subpixel.zoo.Colour;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a caller must know to run a model.
 *
 * @param name the model's name in its card, or the file's
 * @param scale how many times larger each side becomes
 * @param colour what the channels mean
 * @param layout the order of the axes of input and output
 * @param element the element type of input and output
 * @param valueRange the values of black and white
 * @param receptiveRadius the distance in LR pixels within which a pixel's upscaled values depend on
 *     others; empty if unbounded, so that pictures can't be tiled
 * @param multiple the number that both sides of an input must be multiples of, as well as the
 *     position of a tile in the picture; usually 1
 * @param fixedWidth the required width of an input, if it is fixed
 * @param fixedHeight the required height of an input, if it is fixed
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

  /** The source of a trait. */
  public enum Origin {
    /** The file's inputs and outputs. */
    FILE,
    /** The model's card. */
    CARD,
    /** Small pictures that were run through the model. */
    PROBED,
    /** The caller that opened the model. */
    GIVEN,
    /** Unknown; assumed, as most models have it. */
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

package io.subpixel.conformance.evaluate;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * How near a frame of a clip is to its original.
 *
 * @param seconds when it is shown, from the clip's beginning
 * @param score its figures, under the clip's name
 */
public record FrameScore(double seconds, @JsonUnwrapped PictureScore score) {}

package io.subpixel.conformance.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * How near to its original a frame of a clip came.
 *
 * @param seconds when it is shown, from the clip's beginning
 * @param score its figures, under the clip's name
 */
public record FrameScore(double seconds, @JsonUnwrapped PictureScore score) {}

package io.subpixel.runtime.video.internal;

/**
 * Columns and rows of encoded frames, and the shape of their samples.
 *
 * @param sample width of a sample by its height; numerator 0 if unknown
 */
record FrameShape(int width, int height, Ratio sample) {}

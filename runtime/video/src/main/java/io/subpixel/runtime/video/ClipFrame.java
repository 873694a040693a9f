package io.subpixel.runtime.video;

import io.subpixel.pictures.Picture;

/**
 * The luma of one of a clip's frames.
 *
 * @param seconds its time from the start of the clip, wherever reading started
 * @param luma grey, {@code [H,W,1]}, full range, 0..255
 * @since 0.1
 */
public record ClipFrame(double seconds, Picture luma) {}

package io.subpixel.conformance.evaluate.metrics;

import org.jspecify.annotations.Nullable;

/**
 * How good a picture looks, by measures of different kinds; of each, lower is better.
 *
 * @param gmsd beside the original, see {@link Gmsd}
 * @param niqe of the picture alone, see {@link Niqe}; null if its file isn't given
 * @param brisque of the picture alone, see {@link Brisque}; null if its files aren't given
 */
public record Quality(double gmsd, @Nullable Double niqe, @Nullable Double brisque) {}

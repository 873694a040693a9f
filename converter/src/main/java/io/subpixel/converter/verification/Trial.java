package io.subpixel.converter.verification;

import java.util.List;
import java.util.Map;

/**
 * One run with inputs of given sizes.
 *
 * @param inputs the sizes of every input
 * @param ran whether both sides computed it
 * @param note why not; a size that is smaller than a kernel is no fault
 * @since 0.1
 */
public record Trial(Map<String, List<Long>> inputs, boolean ran, String note) {}

package io.subpixel.converter.operators;

/**
 * Why an operation can't be exported.
 *
 * @param reason what is not supported, such as {@code causal padding}
 * @param help what would help
 */
public record Refusal(String reason, String help) {}

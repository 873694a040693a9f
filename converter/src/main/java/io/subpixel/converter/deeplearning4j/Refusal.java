package io.subpixel.converter.deeplearning4j;

/**
 * Why a layer, vertex or preprocessor can't be exported.
 *
 * @param reason what is not supported, such as {@code masks}
 * @param help what would help
 */
record Refusal(String reason, String help) {}

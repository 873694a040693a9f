/**
 * Deeplearning4j networks as SameDiff graphs: {@link
 * io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork} is the way in.
 */
@NullMarked
package io.subpixel.converter.deeplearning4j;

import org.jspecify.annotations.NullMarked;

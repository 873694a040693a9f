package io.subpixel.conformance.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * How near the frames of a clip are to the originals.
 *
 * @param mean over all frames that aren't blank, as the literature takes it; NaN if all are blank
 * @param frames how many were measured
 * @param blank how many of them have nothing to rebuild, such as black ones: bicubic's PSNR is
 *     infinite there
 * @param faults how many parts of the file couldn't be decoded; their frames are left out
 * @param fault the message of the first of them; null if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClipScore(
    @JsonUnwrapped PictureScore mean,
    long frames,
    long blank,
    int faults,
    @Nullable String fault) {}

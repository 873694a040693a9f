package io.subpixel.conformance.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * How near to their originals the frames of a clip came.
 *
 * @param mean of the figures of all frames but those that are blank, the field's way; NaN if all
 *     are
 * @param frames how many were measured
 * @param blank in how many of them there was nothing to rebuild, as in black ones: bicubic is
 *     without error there, its PSNR infinite
 * @param faults how many parts of the file didn't decode; the frames in them are left out
 * @param fault what was said of the first of them; null if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClipScore(
    @JsonUnwrapped PictureScore mean,
    long frames,
    long blank,
    int faults,
    @Nullable String fault) {}

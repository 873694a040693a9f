package io.subpixel.converter.verification;

/**
 * How far ONNX Runtime's value is from SameDiff's, over all trials.
 *
 * @param value the name that it has in both graphs
 * @param ran whether both computed it at least once
 * @param accurate whether it stayed within the tolerance in every trial
 * @param absolute the largest absolute difference; infinite where one side alone isn't finite, or
 *     where the shapes differ
 * @param relative the largest absolute difference of a trial, divided by the largest magnitude in
 *     SameDiff's tensor of that trial; where that is all zeros, the absolute difference
 * @param fault what was found first if it isn't accurate, otherwise empty
 * @since 0.1
 */
public record ValueResult(
    String value, boolean ran, boolean accurate, double absolute, double relative, String fault) {}

package io.subpixel.converter.internal.verification;

import io.subpixel.converter.verification.Trial;
import io.subpixel.converter.verification.ValueResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a verification found.
 *
 * @param trials what was run
 * @param values every value that SameDiff's graph has, from a copy that shows them all
 * @param outputs the outputs of the very file that is shipped
 * @param notes what a reader of the report should know, though it is no fault of the file
 * @param failures sizes that only one side runs, a model that ONNX Runtime refused, or no size at
 *     all
 */
public record VerificationResult(
    List<Trial> trials,
    List<ValueResult> values,
    List<ValueResult> outputs,
    List<String> notes,
    List<String> failures) {
  /** Copies the lists. */
  public VerificationResult {
    trials = List.copyOf(trials);
    values = List.copyOf(values);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
    failures = List.copyOf(failures);
  }

  /** With one more failure, if there is one. */
  public VerificationResult with(Optional<String> failure) {
    List<String> all = Stream.concat(failures.stream(), failure.stream()).toList();
    return new VerificationResult(trials, values, outputs, notes, all);
  }

  /** The first reason why the model is not accurate; empty if it is. */
  public Optional<String> failure() {
    return Stream.of(values.stream(), outputs.stream())
        .flatMap(Function.identity())
        .filter(result -> result.ran() && !result.accurate())
        .map(result -> result.value() + ": " + result.fault())
        .findFirst()
        .or(() -> failures.stream().findFirst());
  }
}

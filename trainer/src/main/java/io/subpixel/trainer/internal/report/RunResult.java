package io.subpixel.trainer.internal.report;

import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.internal.validation.Measurement;
import io.subpixel.zoo.ModelCard;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a report.
 *
 * @param card the model's
 * @param settings what the user chose, in the order to show it in
 * @param history every epoch so far
 * @param measured what this model reached on each validation set; empty if there is none
 * @param gallery what this model makes of some validation pictures; empty if there are none
 */
public record RunResult(
    ModelCard card,
    Map<String, String> settings,
    List<Epoch> history,
    List<Measurement> measured,
    List<Comparison> gallery) {
  /** Copies the collections. */
  public RunResult {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    history = List.copyOf(history);
    measured = List.copyOf(measured);
    gallery = List.copyOf(gallery);
  }
}

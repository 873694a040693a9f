package io.subpixel.trainer.internal;

import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.data.Augmentation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of a run as a table for people. */
final class Settings {
  private Settings() {}

  static Map<String, String> table(FitOptions options) {
    FitOptions.Model model = options.model();
    FitOptions.Data data = options.data();
    FitOptions.Loading loading = options.loading();
    FitOptions.Objective objective = options.objective();
    OptimizerOptions optimizer = objective.optimizer();
    Map<String, String> table = new LinkedHashMap<>();
    table.put("Name", model.name());
    table.put("Network", model.network() + ", " + model.activation().id());
    table.put("Scale", String.valueOf(model.scale()));
    table.put("Colour", model.colour().id());
    if (model.startFrom() != null) {
      table.put("Started from", model.startFrom().toString());
    }
    table.put("Data", paths(data.sources()));
    table.put("Validation", paths(data.validation()));
    if (data.every() != null) {
      table.put("Frames of clips", "one of " + data.every());
    }
    table.put("Degradation", String.valueOf(data.degradation()));
    table.put(
        "Length",
        number(options.length().amount())
            + " "
            + options.length().unit().name().toLowerCase(Locale.ROOT));
    table.put(
        "Batch",
        loading.batch() + " patches of " + loading.patch() + "x" + loading.patch() + " LR pixels");
    table.put(
        "Patches per picture",
        loading.patchesPerPicture() == 0
            ? "by their number"
            : String.valueOf(loading.patchesPerPicture()));
    if (!loading.augmentations().isEmpty()) {
      table.put(
          "Augmentations",
          loading.augmentations().stream()
              .sorted()
              .map(Augmentation::id)
              .collect(Collectors.joining(", ")));
    }
    table.put("Loss", objective.loss().id());
    if (objective.squeezenet() != null) {
      table.put("SqueezeNet", objective.squeezenet().toString());
    }
    if (objective.teacher() != null) {
      table.put("Teacher", objective.teacher().toString());
    }
    if (objective.discriminatorLearningRate() != null) {
      table.put(
          "Discriminator",
          "of patches, spectral norm, learning rate " + objective.discriminatorLearningRate());
    }
    table.put("Learning rate", objective.learningRate() + ", then " + objective.schedule());
    table.put(
        "Optimiser",
        optimizer.weightDecay() > 0 ? "AdamW, decay " + optimizer.weightDecay() : "Adam");
    table.put("Gradient norm", optimizer.clip() > 0 ? "at most " + optimizer.clip() : "any");
    table.put("Averaged weights", optimizer.average() > 0 ? "decay " + optimizer.average() : "no");
    table.put("Kept", options.keep().name().toLowerCase(Locale.ROOT) + " epoch");
    table.put("Seed", String.valueOf(options.seed()));
    return table;
  }

  private static String paths(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}

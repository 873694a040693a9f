package io.subpixel.trainer.training;

import io.subpixel.models.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of a run as people read them: as a table, and as the command that begins it. */
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
    table.put("Degradation", data.degradation());
    table.put(
        "Length",
        number(options.length().amount())
            + " "
            + options.length().unit().name().toLowerCase(Locale.ROOT));
    table.put(
        "Batch",
        loading.batch() + " patches of " + loading.patch() + "x" + loading.patch() + " LR pixels");
    table.put("Patches per picture", String.valueOf(loading.perPicture()));
    table.put("Loss", objective.loss().id());
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

  /**
   * The command, with all that the weights depend on; before it that of the run that it starts
   * from.
   *
   * @param data the names of the sources
   */
  static String command(FitOptions options, List<String> data) throws IOException {
    FitOptions.Model model = options.model();
    StringBuilder command = new StringBuilder();
    String start = null;
    if (model.startFrom() != null) {
      ModelCard before = ModelCard.read(model.startFrom().resolve(ModelCard.FILE_NAME));
      // Where its command leaves it, whatever the folder is called here.
      start = before.name();
      if (before.training() != null && before.training().command() != null) {
        command.append(before.training().command()).append(" && ");
      }
    }
    FitOptions.Loading loading = options.loading();
    FitOptions.Objective objective = options.objective();
    OptimizerOptions optimizer = objective.optimizer();
    command.append("trainer fit --data ").append(String.join(" ", data));
    if (options.data().every() != null) {
      option(command, "every", options.data().every());
    }
    option(command, "scale", model.scale());
    option(command, "arch", model.network());
    option(command, "activation", model.activation().id());
    option(command, "colour", model.colour().id());
    if (start != null) {
      option(command, "start-from", start);
    }
    option(command, "degradation", options.data().degradation());
    option(command, "loss", objective.loss().id());
    option(command, "learning-rate", objective.learningRate());
    option(command, "schedule", objective.schedule());
    option(command, "weight-decay", number(optimizer.weightDecay()));
    option(command, "clip", number(optimizer.clip()));
    option(command, "average", number(optimizer.average()));
    option(command, "batch", loading.batch());
    option(command, "patch", loading.patch());
    option(command, "patches-per-picture", loading.perPicture());
    option(
        command,
        options.length().unit().name().toLowerCase(Locale.ROOT),
        number(options.length().amount()));
    option(command, "keep", options.keep().name().toLowerCase(Locale.ROOT));
    option(command, "seed", options.seed());
    option(command, "out", model.name());
    return command.toString();
  }

  private static void option(StringBuilder command, String name, Object value) {
    command.append(" --").append(name).append(' ').append(value);
  }

  private static String paths(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}

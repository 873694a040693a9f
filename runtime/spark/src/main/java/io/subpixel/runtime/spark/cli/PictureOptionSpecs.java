package io.subpixel.runtime.spark.cli;

import io.subpixel.runtime.spark.PictureOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@link PictureOptions} as a command's. */
final class PictureOptionSpecs {
  private PictureOptionSpecs() {}

  /** Adds some of them. */
  static void add(CommandSpec command, Set<PictureOptions.Name> names) {
    for (PictureOptions.Name name : PictureOptions.Name.values()) {
      if (!names.contains(name)) {
        continue;
      }
      OptionSpec.Builder option =
          OptionSpec.builder("--" + name).type(String.class).description(name.description());
      if (name.isFlag()) {
        option.arity("0").fallbackValue("true");
      } else {
        option.paramLabel(name.label());
      }
      command.addOption(option.build());
    }
  }

  /**
   * Returns what was given.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message begins with the
   *     name
   */
  static PictureOptions options(CommandSpec command, Set<PictureOptions.Name> names) {
    return PictureOptions.of(values(command, names));
  }

  /** Returns what was given, by name. */
  static Map<String, String> values(CommandSpec command, Set<PictureOptions.Name> names) {
    Map<String, String> values = new TreeMap<>();
    for (PictureOptions.Name name : names) {
      String value = command.findOption("--" + name).getValue();
      if (value != null) {
        values.put(name.toString(), value);
      }
    }
    return values;
  }
}

package io.subpixel.runtime.cli;

import io.subpixel.zoo.Pretrained;
import io.subpixel.runtime.Upscaler;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --model}, for every command that upscales. Include it with {@code @Mixin}. */
public final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "NAME|FILE.onnx",
      description =
          "A name that 'runtime models' lists, or a file. Default: what suits each picture, a model"
              + " for clean ones or one for photographs as people have them.")
  private @Nullable String named;

  @Option(
      names = "--strength",
      paramLabel = "0..1",
      description =
          "How much the model corrects: 0 is for clean pictures, 1 for spoilt ones. For models that"
              + " have strength, as 'runtime models' says. Default: what suits each picture; of a"
              + " model that is named, 1.")
  private @Nullable Double strength;

  @Mixin private final TraitOptions traits = new TraitOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Starts with the model that was asked for, else with what suits each picture, at scale 2.
   *
   * @throws ParameterException if it is neither a path nor a name that is known
   */
  public Upscaler.Builder builder() {
    return builder(2);
  }

  /** As above, with the scale of the models to choose from if none was asked for. */
  Upscaler.Builder builder(int scale) {
    Upscaler.Builder builder = Upscaler.builder();
    try {
      if (named == null) {
        builder.choosing(scale);
      } else if (Pretrained.names().contains(named) || !isPath(named)) {
        builder.model(named);
      } else {
        builder.model(Path.of(named));
      }
      if (strength != null) {
        builder.strength(strength);
      }
      return traits.apply(builder);
    } catch (InvalidPathException e) {
      throw new ParameterException(command.commandLine(), "--model: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private static boolean isPath(String model) {
    return model.endsWith(".onnx")
        || model.contains("/")
        || model.contains(File.separator)
        || Files.exists(Path.of(model));
  }
}

package io.subpixel.runtime.cli;

import io.subpixel.models.Pretrained;
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
          "A name that 'runtime models' lists, or a file. Default: " + Pretrained.DEFAULT + ".")
  private @Nullable String named;

  @Mixin private final TraitOptions traits = new TraitOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Starts with the model that was asked for, else with {@link Pretrained#DEFAULT}.
   *
   * @throws ParameterException if it is neither a path nor a name that is known
   */
  public Upscaler.Builder builder() {
    return builder(Pretrained.DEFAULT);
  }

  /** As above, with the model to take if none was asked for. */
  Upscaler.Builder builder(String byDefault) {
    String model = named == null ? byDefault : named;
    try {
      return traits.apply(
          Pretrained.names().contains(model) || !isPath(model)
              ? Upscaler.builder().model(model)
              : Upscaler.builder().model(Path.of(model)));
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

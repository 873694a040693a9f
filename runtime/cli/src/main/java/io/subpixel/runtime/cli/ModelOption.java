package io.subpixel.runtime.cli;

import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Pretrained;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code --model} and {@code --strength}, for every command that upscales. Include it with
 * {@code @Mixin}.
 */
public final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "NAME|FILE.onnx",
      description =
          "A name listed by 'runtime models', or a file. Default: chosen for each image, a model"
              + " for clean images or one for degraded photographs.")
  private @Nullable String named;

  @Option(
      names = "--strength",
      paramLabel = "0..1",
      description =
          "How much the model corrects: 0 for clean images, 1 for degraded ones. Only for models"
              + " with strength, see 'runtime models'. Default: chosen for each image; 1 with"
              + " --model.")
  private @Nullable Double strength;

  @Mixin private final TraitOptions traits = new TraitOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Creates a builder with the requested model, or one that chooses a model of scale 2 for each
   * picture.
   *
   * @throws ParameterException if the model is neither a path nor a known name, or has no strength
   *     but one is requested
   */
  public Upscaler.Builder builder() {
    return builder(2);
  }

  /**
   * Creates a builder for a model and strength that a plan names, unless others are given.
   *
   * @throws UsageException if the library has no such model
   */
  Upscaler.Builder builder(String planned, OptionalDouble plannedStrength) throws UsageException {
    if (named == null) {
      if (!Pretrained.names().contains(planned)) {
        throw new UsageException("--model: expected the file of " + planned + ", received none");
      }
      named = planned;
    }
    if (strength == null && plannedStrength.isPresent()) {
      strength = plannedStrength.getAsDouble();
    }
    return builder();
  }

  /** Creates a builder as above, with the scale to choose models of. */
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
        requireStrength(scale);
      }
      return traits.apply(builder);
    } catch (InvalidPathException e) {
      throw new ParameterException(command.commandLine(), "--model: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** Rejects models of the library without strength; a file shows only when it is read. */
  private void requireStrength(int scale) {
    String name = named;
    boolean isShipped = name != null && Pretrained.names().contains(name);
    boolean mayHaveIt =
        name == null
            ? Pretrained.photoOfScale(scale).filter(ModelOption::hasStrength).isPresent()
            : !isShipped || hasStrength(name);
    if (!mayHaveIt) {
      String models =
          Pretrained.names().stream()
              .filter(ModelOption::hasStrength)
              .collect(Collectors.joining(" or "));
      String received = name == null ? "--scale for models of x" + scale : "--model " + name;
      throw new IllegalArgumentException(
          "strength: expected a model with strength, such as " + models + ", received " + received);
    }
  }

  private static boolean hasStrength(String name) {
    return Pretrained.card(name).hasStrength();
  }

  private static boolean isPath(String model) {
    return model.endsWith(".onnx")
        || model.contains("/")
        || model.contains(File.separator)
        || Files.exists(Path.of(model));
  }
}

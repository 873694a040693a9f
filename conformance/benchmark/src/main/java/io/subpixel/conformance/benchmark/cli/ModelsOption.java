package io.subpixel.conformance.benchmark.cli;

import io.subpixel.zoo.Pretrained;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --model}: the x2 models to time. */
final class ModelsOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "espcn-x2,sesr-m11-x2,sesr-m5-x2,sesr-tiny-x2",
      description = "x2 models (default: ${DEFAULT-VALUE}).")
  private List<String> models = List.of();

  /**
   * Their names.
   *
   * @throws ParameterException unless all are shipped models of scale 2
   */
  List<String> names() {
    for (String model : models) {
      if (!Pretrained.names().contains(model) || Pretrained.card(model).scale() != 2) {
        throw new ParameterException(
            spec.commandLine(),
            "--model: expected one of the x2 models in "
                + Pretrained.names()
                + ", received "
                + model);
      }
    }
    return models;
  }
}

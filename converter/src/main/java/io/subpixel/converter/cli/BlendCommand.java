package io.subpixel.converter.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.StrengthModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code converter blend}: two sets of weights in one file, or a blend of them. */
@Command(
    name = "blend",
    description = {
      "Joins a model for spoilt pictures and one for clean pictures, of the same shape, in one file"
          + " that has strength; or writes a plain model of one strength."
    })
final class BlendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..2",
      paramLabel = "MODEL.onnx",
      description = "The model for spoilt pictures, then the one for clean ones; or a joined file.")
  private List<Path> models = List.of();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "OUT.onnx",
      description = "The file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--strength",
      paramLabel = "0..1",
      description = "Write a plain model of this strength, for runtimes that know none.")
  private @Nullable Double strength;

  @Override
  public Integer call() throws IOException {
    if (strength == null && models.size() == 1) {
      throw new ParameterException(
          spec.commandLine(), "MODEL.onnx: expected two, or --strength, received one");
    }
    if (strength != null && !(strength >= 0 && strength <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--strength: expected 0 to 1, received " + strength);
    }
    StrengthModel model =
        models.size() == 1
            ? StrengthModel.of(models.get(0))
            : StrengthModel.of(models.get(0), models.get(1));
    if (strength == null) {
      model.write(out);
    } else {
      model.write(out, strength);
    }
    return ExitStatus.DONE;
  }
}

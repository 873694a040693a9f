package io.subpixel.conformance.cli;

import io.subpixel.conformance.evaluation.Evaluation;
import io.subpixel.conformance.evaluation.PictureScore;
import io.subpixel.models.Pretrained;
import io.subpixel.models.cli.ExitStatus;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures PSNR and SSIM of a model on HR pictures, beside bicubic and bilinear.",
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      defaultValue = Pretrained.DEFAULT,
      paramLabel = "NAME|FILE.onnx",
      description = "The model (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "HR pictures.")
  private Path data;

  @Option(names = "--scale", paramLabel = "K", description = "The scale that the model must have.")
  private int scale;

  @Option(names = "--json", description = "Print a line of JSON for each picture.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Path> pictures = PictureFiles.list(data);
    PrintWriter out = spec.commandLine().getOut();
    try (Upscaler upscaler = open()) {
      if (scale != 0 && scale != upscaler.card().scale()) {
        throw new ParameterException(
            spec.commandLine(),
            "--scale: expected "
                + upscaler.card().scale()
                + " for "
                + model
                + ", received "
                + scale);
      }
      List<PictureScore> scores = new ArrayList<>();
      for (Path picture : pictures) {
        PictureScore score = Evaluation.score(picture, upscaler);
        scores.add(score);
        print(out, score);
      }
      print(out, Evaluation.mean(scores));
    }
    return ExitStatus.DONE;
  }

  private Upscaler open() throws IOException {
    boolean named = Pretrained.names().contains(model);
    if (!named && !model.endsWith(".onnx")) {
      throw new ParameterException(
          spec.commandLine(),
          "--model: expected a .onnx file or one of " + Pretrained.names() + ", received " + model);
    }
    Upscaler.Builder builder = Upscaler.builder();
    return (named ? builder.model(model) : builder.model(Path.of(model))).open();
  }

  private void print(PrintWriter out, PictureScore s) {
    out.println(
        json
            ? JSON.writeValueAsString(s)
            : String.format(
                Locale.ROOT,
                "%-20s PSNR %.2f dB  SSIM %.4f  bicubic %.2f dB %.4f  bilinear %.2f dB %.4f",
                s.picture(),
                s.psnr(),
                s.ssim(),
                s.bicubicPsnr(),
                s.bicubicSsim(),
                s.bilinearPsnr(),
                s.bilinearSsim()));
    out.flush();
  }
}

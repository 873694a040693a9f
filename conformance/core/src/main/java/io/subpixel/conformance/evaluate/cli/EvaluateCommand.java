package io.subpixel.conformance.evaluate.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.evaluate.ClipEvaluation;
import io.subpixel.conformance.evaluate.ClipScore;
import io.subpixel.conformance.evaluate.Evaluation;
import io.subpixel.conformance.evaluate.FrameScore;
import io.subpixel.conformance.evaluate.LrInputs;
import io.subpixel.conformance.evaluate.PictureScore;
import io.subpixel.conformance.evaluate.metrics.Measures;
import io.subpixel.conformance.evaluate.metrics.Quality;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.runtime.cli.ModelOption;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Measures PSNR, SSIM, GMSD and FSIM of a model on HR pictures, or PSNR and SSIM on luma of a"
            + " clip's frames, beside bicubic and bilinear.",
    sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** How many pictures a line names. */
  private static final int MAX_NAMES = 5;

  @Spec private CommandSpec spec;

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR|FILE",
      description =
          "HR pictures: a folder of them, or one; or a clip, recognised by its extension.")
  private Path data;

  @Option(
      names = "--scale",
      paramLabel = "K",
      description = "The scale that the model must have, after all passes.")
  private int scale;

  @Option(
      names = "--twice",
      description =
          "Apply a x2 model twice, the second time to the 8-bit result of the first, and measure it"
              + " as one of x4.")
  private boolean twice;

  @Mixin private final DegradationOption degradation = new DegradationOption();

  @Option(
      names = "--inputs",
      paramLabel = "DIR|PICTURE",
      description =
          "LR pictures to upscale as they are, rather than ones made from HR. Each is compared with"
              + " the HR picture of the same name in --data, whatever the extensions.")
  private @Nullable Path inputs;

  @Option(
      names = "--metrics-data",
      paramLabel = "DIR",
      description =
          "Also measure what this folder has files for: LPIPS (SqueezeNet 1.0, unweighted) by"
              + " compressed_SqueezeNet.net, NIQE by niqe_pris_params.npz, BRISQUE by"
              + " brisque_model_live.yml and brisque_range_live.yml.")
  private @Nullable Path metricsData;

  @Option(names = "--json", description = "Print a line of JSON for each picture or frame.")
  private boolean json;

  @Mixin private final ClipMeasuring clips = new ClipMeasuring();

  @Override
  public Integer call() throws IOException {
    boolean isClip = ClipFrames.isClip(data) && !Files.isDirectory(data);
    List<Path> pictures = List.of();
    if (isClip) {
      if (inputs != null) {
        throw new ParameterException(
            spec.commandLine(), "--inputs: expected pictures in --data, received a clip");
      }
      if (metricsData != null) {
        throw new ParameterException(
            spec.commandLine(), "--metrics-data: expected pictures in --data, received a clip");
      }
      clips.check(data);
    } else {
      clips.requireNone(data);
      pictures = HrPictures.files(data);
    }
    Measures measures = metricsData == null ? Measures.WITHOUT_FILES : Measures.load(metricsData);
    try (Upscaler upscaler = model.builder().open()) {
      int passes = passes(upscaler.card());
      int reached = Rebuilt.scale(upscaler, passes);
      if (scale != 0 && scale != reached) {
        throw new ParameterException(
            spec.commandLine(),
            "--scale: expected "
                + reached
                + " for "
                + upscaler.card().name()
                + (twice ? " applied twice" : "")
                + ", received "
                + scale);
      }
      if (inputs != null) {
        degradation.requireNone("--inputs");
        LrInputs given = LrInputs.of(inputs, pictures);
        tellLeftOut(given.hrWithoutLr(), pictures.size(), inputs);
        List<PictureScore> scores = new ArrayList<>();
        for (LrInputs.Pair pair : given.pairs()) {
          scores.add(told(Evaluation.score(pair, upscaler, passes, measures)));
        }
        print(Evaluation.mean(scores));
        return ExitStatus.DONE;
      }
      Degradation chosen = degradation.of(upscaler.card());
      if (isClip) {
        measure(new ClipEvaluation(data, chosen, upscaler, passes));
        return ExitStatus.DONE;
      }
      List<PictureScore> scores = new ArrayList<>();
      for (Path picture : pictures) {
        scores.add(
            told(Evaluation.score(picture, chosen, scores.size(), upscaler, passes, measures)));
      }
      print(Evaluation.mean(scores));
    }
    return ExitStatus.DONE;
  }

  private void measure(ClipEvaluation evaluation) throws IOException {
    ClipScore clip = clips.run(data, evaluation, this::print);
    String blank = clip.blank() == 0 ? "" : "; without " + clip.blank() + " that are blank";
    String fault = clip.fault() == null ? "" : "; " + clip.faults() + " faults: " + clip.fault();
    print(
        json
            ? JSON.writeValueAsString(clip)
            : line("mean of " + clip.frames() + " frames", clip.mean()) + blank + fault);
  }

  private void tellLeftOut(List<Path> hr, int all, Path lrSource) {
    if (!hr.isEmpty()) {
      String names =
          hr.stream()
              .limit(MAX_NAMES)
              .map(file -> String.valueOf(file.getFileName()))
              .collect(Collectors.joining(", "));
      CommandRunner.print(
          spec.commandLine(),
          String.format(
              "%s: %d of %d HR pictures have no LR picture in %s and are left out: %s%s",
              data, hr.size(), all, lrSource, names, hr.size() > MAX_NAMES ? ", ..." : ""));
    }
  }

  private int passes(ModelCard card) {
    if (twice && card.scale() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "--twice: expected a model of scale 2, received "
              + card.name()
              + " of scale "
              + card.scale());
    }
    return twice ? 2 : 1;
  }

  private PictureScore told(PictureScore score) {
    print(score);
    return score;
  }

  private void print(PictureScore score) {
    print(json ? JSON.writeValueAsString(score) : line(score.picture(), score));
  }

  private void print(FrameScore frame) {
    String time = String.format(Locale.ROOT, "%.3f s", frame.seconds());
    print(json ? JSON.writeValueAsString(frame) : line(time, frame.score()));
  }

  private static String line(String name, PictureScore s) {
    return String.format(
            Locale.ROOT,
            "%-20s PSNR %.2f dB  SSIM %.4f  bicubic %.2f dB %.4f  bilinear %.2f dB %.4f",
            name,
            s.psnr(),
            s.ssim(),
            s.bicubicPsnr(),
            s.bicubicSsim(),
            s.bilinearPsnr(),
            s.bilinearSsim())
        + qualities(s.quality(), s.bicubicQuality());
  }

  /** A second line of other measures, of the model and in brackets of bicubic. */
  private static String qualities(@Nullable Quality model, @Nullable Quality bicubic) {
    if (model == null || bicubic == null) {
      return "";
    }
    return "\n"
        + figures("GMSD", "%.4f", model.gmsd(), bicubic.gmsd())
        + figures("FSIM", "%.4f", model.fsim(), bicubic.fsim())
        + figures("LPIPS", "%.4f", model.lpips(), bicubic.lpips())
        + figures("NIQE", "%.2f", model.niqe(), bicubic.niqe())
        + figures("BRISQUE", "%.1f", model.brisque(), bicubic.brisque());
  }

  private static String figures(
      String name, String form, @Nullable Double model, @Nullable Double bicubic) {
    return model == null || bicubic == null
        ? ""
        : String.format(Locale.ROOT, "  %s " + form + " (" + form + ")", name, model, bicubic);
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}

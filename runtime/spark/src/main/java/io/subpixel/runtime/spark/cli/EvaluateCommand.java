package io.subpixel.runtime.spark.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.spark.internal.EvaluationJob;
import io.subpixel.runtime.spark.internal.ModelFile;
import io.subpixel.runtime.spark.internal.Store;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Measures a model. */
@Command(
    name = "evaluate",
    description = {
      "Measures PSNR and SSIM of a model on a folder of HR images, beside bicubic and bilinear: the"
          + " figures of 'conformance evaluate'.",
      "Writes them as Parquet, a row for each image, and prints the mean."
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final Set<PictureOptions.Name> OF_MODELS =
      Set.of(
          PictureOptions.Name.MODEL,
          PictureOptions.Name.STRENGTH,
          PictureOptions.Name.MEMORY,
          PictureOptions.Name.DEVICE);

  /** Failures that are printed; all of them are in the table. */
  private static final int PRINTED = 20;

  private static final JsonMapper JSON = new JsonMapper();

  /** The last line of {@code conformance evaluate --json}. */
  private record Mean(String picture, @JsonUnwrapped Rebuilt.Figures figures) {}

  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description = "The folder of HR images, such as photos or s3a://bucket/photos.")
  private String input = "";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder for the table, which must not be there.")
  private String output = "";

  @Option(
      names = "--degradation",
      paramLabel = "ID",
      description =
          "How LR is made from HR (docs/degradations.md). Default: as the model's card says.")
  private @Nullable String degradation;

  @Option(names = "--json", description = "Print the mean as a line of JSON, with all digits.")
  private boolean json;

  /** Called by picocli, when the command is made. Adds the library's options for a model. */
  @Spec
  void specify(CommandSpec own) {
    spec = own;
    PictureOptionSpecs.add(own, OF_MODELS);
  }

  @Override
  public Integer call() throws IOException {
    PictureOptions options;
    Degradation asked;
    try {
      options = PictureOptionSpecs.options(spec, OF_MODELS);
      asked = degradation == null ? null : Degradation.parse(degradation);
    } catch (IllegalArgumentException | InvalidInputException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    return Sessions.run("subpixel evaluate", spark -> run(spark, options, asked));
  }

  private int run(SparkSession spark, PictureOptions options, @Nullable Degradation asked)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    ModelFile model = ModelFile.read(options, hadoop);
    Degradation chosen = asked == null ? ofCard(model, options) : asked;
    EvaluationJob job =
        new EvaluationJob(spark, Store.qualified(input, hadoop), Store.qualified(output, hadoop));
    EvaluationJob.Summary summary = job.run(options, model, chosen);
    for (Row row : job.errors(PRINTED).collectAsList()) {
      CommandRunner.print(spec.commandLine(), row.getString(0));
    }
    if (summary.failures() > PRINTED) {
      CommandRunner.print(
          spec.commandLine(), (summary.failures() - PRINTED) + " more failures: see " + output);
    }
    Rebuilt.Figures mean = summary.mean();
    spec.commandLine()
        .getOut()
        .println(
            json
                ? JSON.writeValueAsString(new Mean("mean", mean))
                : line(summary.pictures(), mean) + "; " + output);
    spec.commandLine().getOut().flush();
    return summary.failures() > 0 ? ExitStatus.INPUT_FAILED : ExitStatus.DONE;
  }

  private static String line(long pictures, Rebuilt.Figures mean) {
    return String.format(
        Locale.ROOT,
        "mean of %d images  PSNR %.2f dB  SSIM %.4f  bicubic %.2f dB %.4f  bilinear %.2f dB %.4f",
        pictures,
        mean.psnr(),
        mean.ssim(),
        mean.bicubicPsnr(),
        mean.bicubicSsim(),
        mean.bilinearPsnr(),
        mean.bilinearSsim());
  }

  /** The degradation that the model was trained for. */
  private static Degradation ofCard(ModelFile model, PictureOptions options) throws IOException {
    String id;
    try (Upscaler upscaler = model.builder(options).open()) {
      id = upscaler.card().degradation();
    }
    try {
      return Degradation.parse(id);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "the model's card: degradation",
          e.expected() + "; --degradation states another",
          e.received(),
          e);
    }
  }
}

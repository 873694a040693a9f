package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.OpenCv;
import io.subpixel.conformance.benchmark.Python;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conformance bench opencv}. */
@Command(
    name = "opencv",
    description = {
      "Times OpenCV's dnn_superres beside the library.",
      "Status 3 if Python, OpenCV or its model is missing."
    },
    sortOptions = false)
final class BenchOpencvCommand extends TableCommand {
  @Mixin private final ModelsOption models = new ModelsOption();

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "A Python with OpenCV (default: python3, then /usr/bin/python3).")
  private @Nullable String python;

  @Option(
      names = "--opencv-model",
      paramLabel = "FILE.pb",
      description = "ESPCN_x2.pb, as its authors published it.")
  private @Nullable Path opencvModel;

  @Option(
      names = "--hr",
      paramLabel = "DIR",
      description = "HR pictures, such as Set5, to measure PSNR on as well.")
  private @Nullable Path hr;

  @Override
  Table table(int turns) throws IOException {
    List<String> names = models.names();
    List<String> candidates = python == null ? Python.USUAL : List.of(python);
    Python found = Python.find(candidates, Python.OPENCV).orElse(null);
    if (found == null) {
      return Table.absent(
          "opencv",
          "--python: expected a Python with OpenCV's dnn_superres, such as Debian's"
              + " python3-opencv, received none in "
              + candidates);
    }
    if (opencvModel == null || !Files.isRegularFile(opencvModel)) {
      return Table.absent(
          "opencv",
          "--opencv-model: expected ESPCN_x2.pb, in export/ of fannymonori/TF-ESPCN on GitHub,"
              + " received "
              + (opencvModel == null ? "none" : opencvModel));
    }
    return new OpenCv(found, opencvModel).run(names, hr, turns, this::show);
  }
}

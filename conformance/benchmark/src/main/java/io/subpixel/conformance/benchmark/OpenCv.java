package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * OpenCV's {@code dnn_superres} in a long-lived Python process: it takes a colour picture, runs
 * ESPCN x2 on its luma and enlarges its chroma, as {@code Upscaler.upscale} does.
 *
 * @param python a Python that has OpenCV with its module {@code dnn_superres}
 * @param model the published {@code ESPCN_x2.pb}
 */
public record OpenCv(Python python, Path model) {
  private static final String SCRIPT = "opencv_upscaling.py";

  /** The target for a compact model: 2.5 times as fast. */
  private static final double MARK = 0.4;

  private static final List<String> COMPACT = List.of("sesr-m5-x2", "sesr-tiny-x2");

  /**
   * Times its call beside that of the library, on one picture.
   *
   * @param models names of shipped x2 models
   * @param hr a folder of HR pictures to measure PSNR on; null to leave that out
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   */
  public Table run(List<String> models, @Nullable Path hr, int rounds, Runnable progress)
      throws IOException {
    Path folder = Files.createTempDirectory("subpixel-opencv");
    List<Upscaler> upscalers = new ArrayList<>();
    try (PythonScript script =
        new PythonScript(python, SCRIPT, Runtime.getRuntime().availableProcessors())) {
      Picture picture = UpscalingBenchmark.picture();
      Path file = folder.resolve("picture.png");
      PictureFiles.write(file, picture);
      String version =
          script
              .ask(
                  Map.of(
                      "model", model.toString(),
                      "scale", UpscalingBenchmark.SCALE,
                      "threads", Runtime.getRuntime().availableProcessors(),
                      "picture", file.toString()))
              .path("version")
              .asString();
      List<Turns.Party> parties = new ArrayList<>();
      List<String> names = new ArrayList<>(List.of("OpenCV " + version + ", ESPCN x2"));
      parties.add(() -> script.ask(Map.of("turn", true)).path("milliseconds").asDouble());
      for (String name : models) {
        Upscaler upscaler = Upscaler.builder().model(name).open();
        upscalers.add(upscaler);
        names.add(name + ", Upscaler");
        parties.add(Turns.of(() -> upscaler.upscale(picture)));
      }
      List<Double> medians = Turns.medians(rounds, parties, progress);
      List<String> notes = hr == null ? List.of() : psnr(script, upscalers, hr, folder);
      List<Row> rows =
          IntStream.range(0, names.size())
              .mapToObj(
                  i ->
                      new Row(
                          names.get(i),
                          medians.get(i),
                          i == 0 ? null : medians.get(i) / medians.get(0),
                          i > 0 && COMPACT.contains(models.get(i - 1)) ? MARK : null,
                          notes.isEmpty() ? null : notes.get(i)))
              .toList();
      return new Table("a picture in colour to 1920x1080", rounds, rows, null);
    } finally {
      upscalers.forEach(Upscaler::close);
      Batch.delete(folder);
    }
  }

  /** A note for OpenCV, then for each of the others. */
  private static List<String> psnr(
      PythonScript script, List<Upscaler> upscalers, Path hrFolder, Path temporary)
      throws IOException {
    List<Path> files = PictureFiles.list(hrFolder);
    double[] sums = new double[1 + upscalers.size()];
    for (Path file : files) {
      int scale = UpscalingBenchmark.SCALE;
      Picture hr = HrPictures.read(file, scale);
      Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, scale);
      Path from = temporary.resolve("lr.png");
      Path to = temporary.resolve("sr.png");
      PictureFiles.write(from, lr);
      script.ask(Map.of("from", from.toString(), "to", to.toString()));
      sums[0] += Metrics.psnr(hr, PictureFiles.read(to), scale);
      for (int i = 0; i < upscalers.size(); i++) {
        sums[1 + i] += Metrics.psnr(hr, upscalers.get(i).upscale(lr), scale);
      }
    }
    return IntStream.range(0, sums.length)
        .mapToObj(
            i ->
                String.format(
                    Locale.ROOT, "%s %.2f dB", hrFolder.getFileName(), sums[i] / files.size()))
        .toList();
  }
}

package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder by a job on Spark beside the same by the batch library, on the cores of this machine.
 * Each turn is a process. A folder of few pictures is taken off one of many, so that the starts of
 * both don't count.
 *
 * @param command the launcher {@code bin/runtime}
 * @param side of the pictures, in pixels
 * @param pictures how many in the larger folder
 */
public record SparkOverhead(Path command, int side, int pictures) {
  /** As many as cores get busy with. */
  private static final int FEW = 8;

  /** Nine tenths of the library's throughput. */
  private static final double MARK = 1 / 0.9;

  /** Checks the range. */
  public SparkOverhead {
    if (pictures <= FEW) {
      throw new IllegalArgumentException(
          "pictures: expected more than " + FEW + ", received " + pictures);
    }
  }

  /**
   * Times both.
   *
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   * @throws IOException if one of them fails
   */
  public Table run(int rounds, Runnable progress) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-spark");
    try {
      Path few = drawn(folder.resolve("few"), FEW);
      Path many = drawn(folder.resolve("many"), pictures);
      Path out = folder.resolve("out");
      List<Double> medians =
          Turns.medians(
              rounds,
              List.of(
                  turn(folder, out, "upscale", few.toString(), "-o", out.toString()),
                  turn(folder, out, "upscale", many.toString(), "-o", out.toString()),
                  turn(
                      folder,
                      out,
                      "spark",
                      "upscale",
                      "--input",
                      few.toString(),
                      "--output",
                      out.toString()),
                  turn(
                      folder,
                      out,
                      "spark",
                      "upscale",
                      "--input",
                      many.toString(),
                      "--output",
                      out.toString())),
              progress);
      double library = (medians.get(1) - medians.get(0)) / (pictures - FEW);
      double job = (medians.get(3) - medians.get(2)) / (pictures - FEW);
      return new Table(
          pictures + " pictures of " + side + "x" + side + ", by " + Pretrained.DEFAULT,
          rounds,
          List.of(
              new Row("the batch library, a picture", library, null, null, null),
              new Row("a job on Spark, a picture", job, job / library, MARK, null),
              new Row("the library, " + FEW + " pictures", medians.get(0), null, null, "a process"),
              new Row("a job, " + FEW + " pictures", medians.get(2), null, null, "a process")),
          null);
    } finally {
      Batch.delete(folder);
    }
  }

  private Path drawn(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      PictureFiles.write(folder.resolve(i + ".png"), TestCard.draw(side, side, i));
    }
    return folder;
  }

  private Turns.Party turn(Path folder, Path out, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(command.toAbsolutePath().toString());
    line.addAll(List.of(arguments));
    line.addAll(List.of("--model", Pretrained.DEFAULT));
    return () -> {
      if (Files.exists(out)) {
        Batch.delete(out);
      }
      return Turns.of(() -> Start.start(line, folder)).turn();
    };
  }
}

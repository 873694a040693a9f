package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One picture by one process: the command beside a script for Node that does the same with
 * onnxruntime-node and sharp. Each turn is a process, from its start to its end.
 *
 * @param command the launcher {@code bin/runtime}
 * @param node the program {@code node}
 * @param modules a folder {@code node_modules} with onnxruntime-node and sharp
 */
public record Start(Path command, String node, Path modules) {
  private static final String SCRIPT = "node_upscaling.js";
  private static final int SIDE = 512;
  private static final long SEED = 7;
  private static final double MARK = 1;

  /** The two round and enlarge chroma differently; a lower PSNR means a different picture. */
  private static final double MIN_PSNR = 40;

  /**
   * Times both.
   *
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   * @throws IOException if one of them fails
   * @throws VerificationException if they don't make the same picture
   */
  public Table run(int rounds, Runnable progress) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-start");
    try {
      Path in = folder.resolve("in.png");
      PictureFiles.write(in, TestCard.draw(SIDE, SIDE, SEED));
      Path model = Files.write(folder.resolve("model.onnx"), Pretrained.onnx(Pretrained.DEFAULT));
      Path script = Files.writeString(folder.resolve(SCRIPT), PythonScript.resource(SCRIPT));
      Path byNode = folder.resolve("node.png");
      Path byCommand = folder.resolve("command.png");
      List<String> nodeLine =
          List.of(
              node,
              script.toString(),
              modules.toAbsolutePath().toString(),
              model.toString(),
              in.toString(),
              byNode.toString());
      List<String> commandLine =
          List.of(
              command.toAbsolutePath().toString(),
              "upscale",
              in.toString(),
              "-o",
              byCommand.toString(),
              "--model",
              Pretrained.DEFAULT);
      List<Double> medians =
          Turns.medians(
              rounds,
              List.of(
                  Turns.of(() -> start(nodeLine, folder)),
                  Turns.of(() -> start(commandLine, folder))),
              progress);
      double psnr = Metrics.psnr(PictureFiles.read(byNode), PictureFiles.read(byCommand), 0);
      if (psnr < MIN_PSNR) {
        throw new VerificationException(
            String.format(
                Locale.ROOT,
                "the command's picture beside Node's: expected %.0f dB or more, received %.1f",
                MIN_PSNR,
                psnr));
      }
      return new Table(
          "a process for one picture of " + SIDE + "x" + SIDE + ", by " + Pretrained.DEFAULT,
          rounds,
          List.of(
              new Row("node, onnxruntime-node, sharp", medians.get(0), null, null, null),
              new Row(
                  "bin/runtime upscale",
                  medians.get(1),
                  medians.get(1) / medians.get(0),
                  MARK,
                  String.format(Locale.ROOT, "the same picture within %.1f dB", psnr))),
          null);
    } finally {
      Batch.delete(folder);
    }
  }

  /** Runs a process to its end and keeps its output in the folder. */
  static void start(List<String> commandLine, Path folder) throws IOException {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(commandLine)
            .directory(folder.toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(said.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        String reason = Files.readString(said).strip().lines().findFirst().orElse("nothing");
        throw new IOException(
            commandLine.get(0)
                + ": expected status 0, received "
                + process.exitValue()
                + " and "
                + reason);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(commandLine.get(0) + ": interrupted", e);
    }
  }
}

package io.subpixel.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed so that no shutdown hook of theirs can run. */
class KilledTrainingTest {
  private static final int KILLS = 10;

  @TempDir Path temporary;

  @Test
  void aTrainingKilledTenTimesEndsAsAnUndisturbedOne() throws Exception {
    Path data = temporary.resolve("data");
    for (int i = 0; i < 6; i++) {
      PictureFiles.write(data.resolve(i + ".png"), TestCard.draw(160, 160, i));
    }
    Path val = temporary.resolve("val");
    PictureFiles.write(val.resolve("card.png"), TestCard.draw(64, 64, 9));
    List<String> begin =
        List.of(
            "--data",
            data.toString(),
            "--val",
            val.toString(),
            "--scale",
            "2",
            "--arch",
            "sesr-m3",
            "--epochs",
            "60",
            "--patches-per-picture",
            "16",
            "--batch",
            "8",
            "--patch",
            "24",
            "--checkpoint-every",
            "0.05");
    Path whole = temporary.resolve("whole/run");
    assertThat(fit(begin, whole).waitFor()).as(log(whole)).isZero();

    Path run = temporary.resolve("killed/run");
    Random random = new Random(1);
    Process process = fit(begin, run);
    int kills = 0;
    while (kills < KILLS) {
      awaitProgress(run, process);
      process.waitFor(random.nextInt(150), TimeUnit.MILLISECONDS);
      assertThat(process.isAlive())
          .as("the training ended before it was killed %d times", KILLS)
          .isTrue();
      process.destroyForcibly().waitFor();
      kills++;
      process = fit(List.of("--resume", "--checkpoint-every", "0.05"), run);
    }
    assertThat(process.waitFor()).as(log(run)).isZero();

    assertThat(losses(run)).isEqualTo(losses(whole)).hasSize(60);
    assertThat(Files.readString(run.resolve("card.json")))
        .isEqualTo(Files.readString(whole.resolve("card.json")));
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains(".part"))
          .contains("report.html", "model.fb");
    }
  }

  @Test
  void aRunIsForOneTrainingUntilItsProcessEnds() throws Exception {
    Path data = temporary.resolve("data");
    PictureFiles.write(data.resolve("0.png"), TestCard.draw(160, 160, 0));
    Path run = temporary.resolve("first/run");
    List<String> endless =
        List.of("--data", data.toString(), "--scale", "2", "--arch", "sesr-tiny", "--minutes", "9");
    Process first = fit(endless, run);
    try {
      awaitProgress(run, first);
      assertThat(fit(List.of("--resume"), run).waitFor()).isEqualTo(1);
      assertThat(refusals(run)).singleElement().asString().endsWith(refusal(first));
      Files.delete(run.resolve("checkpoint.npz"));
      assertThat(fit(endless, run).waitFor()).isEqualTo(1);
      assertThat(refusals(run)).hasSize(2).allMatch(line -> line.endsWith(refusal(first)));
      assertThat(first.isAlive()).isTrue();
    } finally {
      first.destroyForcibly().waitFor();
    }
    assertThat(fit(List.of("--resume", "--steps", "1"), run).waitFor()).as(log(run)).isZero();
  }

  private static List<String> refusals(Path run) throws IOException {
    return log(run).lines().filter(line -> line.startsWith("trainer: run: ")).toList();
  }

  private static String refusal(Process holder) {
    return "a folder that no training uses, received one that process "
        + holder.pid()
        + " trains in";
  }

  /** Waits until this process has itself saved something. */
  private static void awaitProgress(Path run, Process process) throws Exception {
    Path checkpoint = run.resolve("checkpoint.npz");
    long before = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint).toMillis() : 0;
    while (process.isAlive()
        && (!Files.exists(checkpoint)
            || Files.getLastModifiedTime(checkpoint).toMillis() == before)) {
      Thread.sleep(5);
    }
  }

  private Process fit(List<String> options, Path run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.bytedeco.javacpp.logger=slf4j");
    command.add("-Djava.awt.headless=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TrainerCommand.class.getName(), "fit", "--out", "run"));
    command.addAll(options);
    Path folder = Files.createDirectories(run.getParent());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // One thread, or sums are added in an order that changes from run to run.
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(run.resolveSibling("run.log").toFile()));
    return builder.start();
  }

  private static String log(Path run) throws IOException {
    Path log = run.resolveSibling("run.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static List<Double> losses(Path run) throws IOException {
    return History.read(run.resolve(History.JSON)).stream().map(Epoch::loss).toList();
  }
}

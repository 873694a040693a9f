package io.subpixel.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes, killed so that no shutdown hook of theirs can run. */
class KilledTrainingTest {
  @TempDir Path temporary;

  /**
   * The killed training has no end within reach, so it can't end before its kills, however fast the
   * machine. Its last process, and the undisturbed training, get an end beyond what it had done.
   */
  @ParameterizedTest
  @CsvSource({"10, l1", "3, l1+adversarial:0.1"})
  void aKilledTrainingEndsAsAnUndisturbedOne(int kills, String loss) throws Exception {
    Path data = temporary.resolve("data");
    for (int i = 0; i < 6; i++) {
      PictureFiles.write(data.resolve(i + ".png"), TestCard.draw(160, 160, i));
    }
    Path val = temporary.resolve("val");
    PictureFiles.write(val.resolve("card.png"), TestCard.draw(64, 64, 9));
    List<String> begin =
        with(
            List.of("--data", data.toString(), "--val", val.toString()),
            "--scale 2 --arch sesr-tiny --schedule constant --patches-per-picture 16 --batch 8"
                + " --patch 12 --checkpoint-every 0.05 --loss "
                + loss);

    Path run = temporary.resolve("killed/run");
    Random random = new Random(1);
    Process process = fit(with(begin, "--epochs 1000000"), run);
    for (int kill = 1; kill <= kills; kill++) {
      awaitProgress(run, process);
      process.waitFor(random.nextInt(150), TimeUnit.MILLISECONDS);
      assertThat(process.isAlive()).as(log(run)).isTrue();
      process.destroyForcibly().waitFor();
      if (kill < kills) {
        process = fit(words("--resume --checkpoint-every 0.05"), run);
      }
    }
    // Twelve steps an epoch: from 2000 on, the warm-up takes 200 of any training.
    int epochs = Math.max(2000 / 12 + 1, losses(run).size() + 5);
    assertThat(fit(words("--resume --epochs " + epochs), run).waitFor()).as(log(run)).isZero();

    Path whole = temporary.resolve("whole/run");
    assertThat(fit(with(begin, "--epochs " + epochs), whole).waitFor()).as(log(whole)).isZero();
    assertThat(losses(run)).isEqualTo(losses(whole)).hasSize(epochs);
    assertThat(terms(run)).isEqualTo(terms(whole));
    assertThat(terms(run).get(epochs - 1).keySet())
        .isEqualTo(loss.equals("l1") ? Set.of() : Set.of("l1", "adversarial", "discriminator"));
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    ModelCard expected = ModelCard.read(whole.resolve("card.json"));
    assertThat(card.weightsSha256()).isEqualTo(expected.weightsSha256());
    assertThat(card.scores()).isEqualTo(expected.scores());
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains(".part"))
          .contains("report.html", "model.fb");
    }
  }

  /** The first epoch takes minutes, so no checkpoint stands in the way of a new training. */
  @Test
  void aRunIsForOneTrainingUntilItsProcessEnds() throws Exception {
    Path data = temporary.resolve("data");
    for (int i = 0; i < 8; i++) {
      PictureFiles.write(data.resolve(i + ".png"), TestCard.draw(160, 160, i));
    }
    Path run = temporary.resolve("first/run");
    List<String> endless =
        with(
            List.of("--data", data.toString()),
            "--scale 2 --arch sesr-tiny --patch 64 --patches-per-picture 4096 --epochs 1000000"
                + " --checkpoint-every 1000000");
    Process first = fit(endless, run);
    try {
      while (first.isAlive() && !Files.exists(run.resolve("card.json"))) {
        Thread.sleep(5);
      }
      assertThat(fit(words("--resume"), run).waitFor()).isEqualTo(1);
      assertThat(refusals(run)).singleElement().asString().endsWith(refusal(first));
      assertThat(fit(endless, run).waitFor()).isEqualTo(1);
      assertThat(refusals(run)).hasSize(2).allMatch(line -> line.endsWith(refusal(first)));
      assertThat(first.isAlive()).isTrue();
    } finally {
      first.destroyForcibly().waitFor();
    }
    assertThat(fit(words("--resume --steps 1"), run).waitFor()).as(log(run)).isZero();
  }

  private static List<String> words(String options) {
    return List.of(options.split(" "));
  }

  private static List<String> with(List<String> options, String more) {
    return Stream.concat(options.stream(), words(more).stream()).toList();
  }

  private static List<String> refusals(Path run) throws IOException {
    return log(run).lines().filter(line -> line.startsWith("trainer: run: ")).toList();
  }

  private static String refusal(Process holder) {
    return "a folder that no other training uses, received one in use by process " + holder.pid();
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

  private static List<Map<String, Double>> terms(Path run) throws IOException {
    return History.read(run.resolve(History.JSON)).stream().map(Epoch::losses).toList();
  }

  /** Of a run whose first epoch isn't over, none. */
  private static List<Double> losses(Path run) throws IOException {
    if (!Files.exists(run.resolve(History.JSON))) {
      return List.of();
    }
    return History.read(run.resolve(History.JSON)).stream().map(Epoch::loss).toList();
  }
}

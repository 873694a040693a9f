package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs on a real cluster whose processes are killed: nothing is lost, and nothing done twice.
 * {@code -Dcluster.pictures=20000} takes that many small pictures.
 */
@Timeout(1800)
class ClusterTest {
  /** Of which two cores do some ten a second, so that a job has a middle. */
  private static final int PICTURES = 60;

  private static final int SMALL = Integer.getInteger("cluster.pictures", 200);
  private static final int BROKEN = Math.max(20, SMALL / 100);

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static SparkSession reader;
  private static Archive pictures;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneCluster(Files.createDirectories(shared.resolve("cluster")), 2);
    reader =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    pictures = Archive.in(shared).with(PICTURES, 320, 240).upscaled("espcn-x2");
  }

  @AfterAll
  static void stop() throws Exception {
    reader.stop();
    cluster.stop();
  }

  private static StandaloneCluster.Submitted submit(
      Archive archive, Map<String, String> conf, String... more) throws IOException {
    String[] command = {
      "upscale", "--input", archive.in().toString(), "--output", archive.out().toString()
    };
    return cluster.submit(
        conf, Stream.of(command, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  private static StandaloneCluster.Submitted submit(Archive archive, Map<String, String> conf)
      throws IOException {
    return submit(archive, conf, "--model", "espcn-x2");
  }

  /** Waits until so many outputs are there, which must not be all. */
  private static void awaitMiddle(
      StandaloneCluster.Submitted job, Archive archive, long least, long most) throws Exception {
    while (job.process().isAlive() && archive.written() < least) {
      Thread.sleep(10);
    }
    assertThat(archive.written()).as(() -> saidBy(job)).isBetween(least, most);
  }

  /** Expects an end without failures, all outputs, and one row for each. */
  private static void assertDone(
      StandaloneCluster.Submitted job, Archive archive, String... statuses) throws Exception {
    assertThat(job.await()).as(() -> saidBy(job)).isZero();
    archive.assertWhole();
    Path tables = archive.out().resolve("_results");
    assertThat(rows(tables, "input")).doesNotHaveDuplicates().hasSize(PICTURES);
    assertThat(rows(tables, "status")).containsOnly(statuses);
  }

  private static String saidBy(StandaloneCluster.Submitted job) {
    try {
      return job.said() + cluster.logs();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Returns a column of the newest table. */
  private static List<String> rows(Path tables, String column) throws IOException {
    Path newest;
    try (Stream<Path> runs = Files.list(tables)) {
      newest = runs.filter(run -> run.toString().contains("run=")).max(Path::compareTo).get();
    }
    return reader.read().parquet(newest.toString()).select(column).collectAsList().stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @Test
  void aKilledExecutorAndAKilledWorkerCostNothing() throws Exception {
    Archive archive = pictures.to(folder.resolve("out"));
    StandaloneCluster.Submitted job = submit(archive, Map.of());
    awaitMiddle(job, archive, 6, PICTURES / 2);
    cluster.executor(0).destroyForcibly();
    awaitMiddle(job, archive, archive.written() + 6, PICTURES - 10);
    cluster.executor(1).destroyForcibly();
    cluster.replaceWorker(1);
    assertDone(job, archive, "written");
  }

  /** In the second job an executor stands still, so that another one does its task too. */
  @Test
  void aKilledDriversJobIsTakenUpAndATaskThatRunsTwiceWritesOnce() throws Exception {
    Archive archive = pictures.to(folder.resolve("out"));
    StandaloneCluster.Submitted job = submit(archive, Map.of());
    awaitMiddle(job, archive, 6, PICTURES / 2);
    job.process().destroyForcibly().waitFor();
    cluster.awaitIdle();
    long before = archive.written();

    Path events = Files.createDirectories(folder.resolve("events"));
    StandaloneCluster.Submitted again =
        submit(
            archive,
            Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.quantile", "0.1",
                "spark.speculation.multiplier", "1.5",
                "spark.speculation.minTaskRuntime", "100ms",
                "spark.network.timeout", "900s",
                "spark.eventLog.enabled", "true",
                "spark.eventLog.compress", "false",
                "spark.eventLog.rolling.enabled", "false",
                "spark.eventLog.dir", events.toUri().toString()));
    awaitMiddle(again, archive, before + 6, PICTURES - 10);
    String executor = Long.toString(cluster.executorWithoutShuffle(read(events)).pid());
    run("kill", "-STOP", executor);
    // While it stands still, the last pictures can only come from a second attempt at its task.
    while (again.process().isAlive() && archive.written() < PICTURES) {
      Thread.sleep(20);
    }
    run("kill", "-CONT", executor);
    assertDone(again, archive, "written", "existing");
    Path tables = archive.out().resolve("_results");
    assertThat(rows(tables, "status").stream().filter("existing"::equals)).hasSize((int) before);
    try (Stream<Path> runs = Files.list(tables)) {
      assertThat(runs.filter(Files::isDirectory)).hasSize(1);
    }
    assertThat(read(events)).contains("\"Speculative\":true");
  }

  private static String read(Path events) throws IOException {
    try (Stream<Path> logs = Files.list(events)) {
      return Files.readString(logs.findFirst().get());
    }
  }

  /** Some are broken, in four ways. */
  @Test
  void aFullDiskAndBrokenPicturesAreRows() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root may mount");
    Archive archive = Archive.in(folder);
    byte[] whole = PictureFiles.png(Pictures.random(32, 24, 3, 1));
    for (int i = 0; i < SMALL; i++) {
      int every = SMALL / BROKEN;
      byte[] bytes = i % every == 0 ? broken(whole, i / every) : whole;
      Path to = Files.createDirectories(archive.in().resolve("folder " + i % 7));
      Files.write(to.resolve("é" + i + ".png"), bytes);
    }
    archive.upscaled("sesr-tiny-x2");
    assertThat(archive.failures()).hasSize(BROKEN);

    Path out = Files.createDirectories(archive.out());
    Path tables = folder.resolve("tables");
    String[] options = {"--model", "sesr-tiny-x2", "--table", tables.toString()};
    long half = (SMALL - BROKEN) * 12L / 2;
    run("mount", "-t", "tmpfs", "-o", "size=" + half + "k", "tmpfs", out.toString());
    try {
      StandaloneCluster.Submitted job = submit(archive, Map.of(), options);
      assertThat(job.await()).as(() -> saidBy(job)).isEqualTo(1);
      archive.assertWhatIsThere();
      long before = archive.written();
      assertThat(before).isBetween(1L, SMALL - BROKEN - 1L);
      assertThat(rows(tables, "input")).doesNotHaveDuplicates().hasSize(SMALL);
      assertThat(rows(tables, "status").stream().filter("written"::equals)).hasSize((int) before);
      assertThat(errors(tables))
          .hasSize((int) (SMALL - before))
          .allMatch(
              error ->
                  error.contains("received a full disk")
                      || archive.failures().containsValue(error));

      run("mount", "-o", "remount,size=" + half * 4 + "k", out.toString());
      StandaloneCluster.Submitted again = submit(archive, Map.of(), options);
      assertThat(again.await()).as(() -> saidBy(again)).isEqualTo(1);
      assertThat(Files.readString(again.out()))
          .startsWith(
              "%d written, %d there already, %d failed; "
                  .formatted(SMALL - BROKEN - before, before, BROKEN));
      archive.assertWhole();
      assertThat(rows(tables, "input")).doesNotHaveDuplicates().hasSize(SMALL);
      assertThat(errors(tables)).containsExactlyInAnyOrderElementsOf(archive.failures().values());
    } finally {
      run("umount", out.toString());
    }
  }

  private static List<String> errors(Path tables) throws IOException {
    return rows(tables, "error").stream().filter(error -> error != null).toList();
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static byte[] broken(byte[] whole, int kind) {
    return switch (kind % 4) {
      case 0 -> new byte[0];
      case 1 -> "no picture".getBytes(StandardCharsets.UTF_8);
      case 2 -> Arrays.copyOf(whole, whole.length / 2);
      default -> {
        byte[] changed = whole.clone();
        changed[whole.length - 30] ^= 0x55;
        yield changed;
      }
    };
  }
}

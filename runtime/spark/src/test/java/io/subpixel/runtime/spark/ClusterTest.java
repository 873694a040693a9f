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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a real cluster whose processes are killed: nothing is lost, and nothing done twice. */
@Timeout(900)
@Tag("cluster")
class ClusterTest {
  /** Of which two cores do some ten a second. */
  private static final int PICTURES = 60;

  private static final String MODEL = "espcn-x2";

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static SparkSession reader;
  private static Path results;

  @TempDir private Path folder;
  private Archive archive;

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneCluster(Files.createDirectories(shared.resolve("cluster")), 2);
    reader =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    Archive made = Archive.in(shared).with(PICTURES, 320, 240).upscaled(MODEL);
    results = made.expected();
  }

  @AfterAll
  static void stop() throws Exception {
    reader.stop();
    cluster.stop();
  }

  @BeforeEach
  void prepare() {
    archive = new Archive(shared.resolve("in"), folder.resolve("out"), results, new TreeMap<>());
  }

  private StandaloneCluster.Submitted submit(String... conf) throws IOException {
    Map<String, String> all =
        Arrays.stream(conf)
            .collect(
                Collectors.toMap(
                    each -> each.substring(0, each.indexOf('=')),
                    each -> each.substring(each.indexOf('=') + 1)));
    return cluster.submit(all, command(archive, MODEL));
  }

  private static String[] command(Archive archive, String model) {
    return new String[] {
      "upscale",
      "--input",
      archive.in().toString(),
      "--output",
      archive.out().toString(),
      "--model",
      model
    };
  }

  /** Waits until some outputs are there, but not all. */
  private void awaitMiddle(StandaloneCluster.Submitted job) throws Exception {
    while (job.process().isAlive() && archive.written() < 6) {
      Thread.sleep(10);
    }
    assertThat(archive.written()).as(job.said()).isBetween(6L, PICTURES - 10L);
  }

  /** Expects an end without failures, all outputs, and one row for each. */
  private void assertDone(StandaloneCluster.Submitted job, String... statuses) throws Exception {
    assertThat(job.await()).as(() -> saidBy(job)).isZero();
    archive.assertWhole();
    assertThat(rows("input")).doesNotHaveDuplicates().hasSize(PICTURES);
    assertThat(rows("status")).containsOnly(statuses);
  }

  private static String saidBy(StandaloneCluster.Submitted job) {
    try {
      return job.said() + cluster.logs();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private List<String> rows(String column) throws IOException {
    return rows(archive.out().resolve("_results"), column);
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
  void aKilledExecutorCostsNothing() throws Exception {
    StandaloneCluster.Submitted job = submit();
    awaitMiddle(job);
    cluster.executors(0).get(0).destroyForcibly();
    assertDone(job, "written");
  }

  @Test
  void aKilledWorkerCostsNothing() throws Exception {
    StandaloneCluster.Submitted job = submit();
    awaitMiddle(job);
    cluster.executors(0).get(0).destroyForcibly();
    cluster.replaceWorker(0);
    assertDone(job, "written");
  }

  @Test
  void aKilledDriversJobIsTakenUp() throws Exception {
    StandaloneCluster.Submitted job = submit();
    awaitMiddle(job);
    job.process().destroyForcibly().waitFor();
    cluster.awaitIdle();
    long before = archive.written();
    assertThat(before).isLessThan(PICTURES);
    StandaloneCluster.Submitted again = submit();
    assertDone(again, "written", "existing");
    assertThat(rows("status").stream().filter("existing"::equals)).hasSize((int) before);
    try (Stream<Path> runs = Files.list(archive.out().resolve("_results"))) {
      assertThat(runs.filter(Files::isDirectory)).hasSize(1);
    }
  }

  /** An executor that stands still gets its task done elsewhere, and then does it too. */
  @Test
  void aTaskThatRunsTwiceWritesOnce() throws Exception {
    Path events = Files.createDirectories(folder.resolve("events"));
    StandaloneCluster.Submitted job =
        submit(
            "spark.speculation=true",
            "spark.speculation.interval=100ms",
            "spark.speculation.quantile=0.1",
            "spark.speculation.multiplier=1.5",
            "spark.speculation.minTaskRuntime=100ms",
            "spark.eventLog.enabled=true",
            "spark.eventLog.compress=false",
            "spark.eventLog.rolling.enabled=false",
            "spark.eventLog.dir=" + events.toUri());
    awaitMiddle(job);
    String executor = Long.toString(cluster.executors(1).get(0).pid());
    run("kill", "-STOP", executor);
    // While it stands still, the last pictures can only come from a second attempt at its task.
    while (archive.written() < PICTURES && job.process().isAlive()) {
      Thread.sleep(20);
    }
    run("kill", "-CONT", executor);
    assertDone(job, "written");
    String log;
    try (Stream<Path> logs = Files.list(events)) {
      log = Files.readString(logs.findFirst().get());
    }
    assertThat(log).contains("\"Speculative\":true");
  }

  @Test
  void aFullDiskLosesNothing() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root may mount");
    Path out = Files.createDirectories(archive.out());
    run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", out.toString());
    try {
      Path tables = folder.resolve("tables");
      String[] command =
          Stream.concat(
                  Arrays.stream(command(archive, MODEL)), Stream.of("--table", tables.toString()))
              .toArray(String[]::new);
      StandaloneCluster.Submitted job = cluster.submit(Map.of(), command);
      assertThat(job.await()).as(() -> saidBy(job)).isEqualTo(1);
      archive.assertWhatIsThere();
      long before = archive.written();
      assertThat(before).isBetween(1L, PICTURES - 1L);
      assertThat(rows(tables, "status").stream().filter("written"::equals)).hasSize((int) before);
      assertThat(rows(tables, "error"))
          .filteredOn(error -> error != null)
          .hasSize((int) (PICTURES - before))
          .allMatch(error -> error.contains("received a full disk"));

      run("mount", "-o", "remount,size=200m", out.toString());
      assertDone(submit(), "written", "existing");
    } finally {
      run("umount", out.toString());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** As many as 2,000, of which each tenth is broken in one of several ways. */
  @Test
  void brokenPicturesAreRows() throws Exception {
    Archive broken = Archive.in(folder);
    byte[] whole = PictureFiles.png(Pictures.random(16, 12, 3, 1));
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = i % 10 == 0 ? broken(whole, i / 10) : whole;
      Path to = Files.createDirectories(broken.in().resolve("folder " + i % 7));
      Files.write(to.resolve("é" + i + ".png"), bytes);
    }
    broken.upscaled("sesr-tiny-x2");
    assertThat(broken.failures()).hasSize(200);
    StandaloneCluster.Submitted job = cluster.submit(Map.of(), command(broken, "sesr-tiny-x2"));
    assertThat(job.await()).as(() -> saidBy(job)).isEqualTo(1);
    assertThat(Files.readString(job.out()))
        .startsWith("1800 written, 0 there already, 200 failed; ");
    broken.assertWhole();
    Path tables = broken.out().resolve("_results");
    assertThat(rows(tables, "input")).doesNotHaveDuplicates().hasSize(2000);
    assertThat(rows(tables, "error"))
        .filteredOn(error -> error != null)
        .containsExactlyInAnyOrderElementsOf(broken.failures().values());
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

package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A film of three minutes in twelve parts, shards and figures, on a real cluster whose processes
 * are killed. The store is Hadoop's view of a folder, which is none on a disk for what copies.
 */
@Timeout(240)
@Tag("cluster")
class FilmClusterTest {
  private static final int SECONDS = 180;
  private static final int PARTS = 12;
  private static final String MODEL = "sesr-tiny-x2";
  private static final String MOUNT = "spark.hadoop.fs.viewfs.mounttable.default.link./films";

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static Path film;
  private static Path whole;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    film = Film.make(shared.resolve("film.mkv"), SECONDS);
    whole = Film.upscaled(film, MODEL, "ffv1", shared.resolve("whole.mkv"));
    cluster = new StandaloneCluster(Files.createDirectories(shared.resolve("cluster")), 2);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.stop();
  }

  private static StandaloneCluster.Submitted submit(
      Map<String, String> conf, String in, String out, String codec) throws IOException {
    return cluster.submit(
        conf,
        "upscale-clip",
        "--input",
        in,
        "--output",
        out,
        "--model",
        MODEL,
        "--codec",
        codec,
        "--parts",
        PARTS + "");
  }

  /** Waits until some parts are there, but not all. */
  private static void awaitMiddle(StandaloneCluster.Submitted job, Path out) throws Exception {
    while (job.process().isAlive() && parts(out) < 3) {
      Thread.sleep(5);
    }
    assertThat(parts(out)).as(() -> saidBy(job)).isBetween(3L, PARTS - 2L);
  }

  private static long parts(Path out) throws IOException {
    Path folder = folder(out);
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".part")).count();
    }
  }

  private static Path folder(Path out) {
    return out.resolveSibling(out.getFileName() + ".parts");
  }

  private static void assertDone(StandaloneCluster.Submitted job, Path out, String parts)
      throws Exception {
    assertThat(job.await()).as(() -> saidBy(job)).isZero();
    assertThat(job.said()).contains(": " + 10 * SECONDS + " frames of " + parts);
    assertThat(folder(out)).doesNotExist();
  }

  private static String saidBy(StandaloneCluster.Submitted job) {
    try {
      return job.said() + cluster.logs();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aKilledExecutorCostsNothing() throws Exception {
    Path out = folder.resolve("out.mkv");
    StandaloneCluster.Submitted job = submit(Map.of(), film.toString(), out.toString(), "ffv1");
    awaitMiddle(job, out);
    cluster.executors(0).get(0).destroyForcibly();
    assertDone(job, out, "12 parts by " + MODEL);
    assertThat(Film.frames(out)).hasSize(10 * SECONDS).isEqualTo(Film.frames(whole));
    assertThat(Film.others(out)).isEqualTo(Film.others(whole));
  }

  @Test
  void aKilledDriversFilmIsTakenUp() throws Exception {
    Path out = folder.resolve("out.mkv");
    Files.createLink(folder.resolve("film.mkv"), film);
    Map<String, String> conf = Map.of(MOUNT, folder.toUri().toString());
    String in = "viewfs:///films/film.mkv";
    String to = "viewfs:///films/out.mkv";
    StandaloneCluster.Submitted job = submit(conf, in, to, "ffv1");
    awaitMiddle(job, out);
    job.process().destroyForcibly().waitFor();
    cluster.awaitIdle();
    long before = parts(out);
    assertThat(before).isLessThan(PARTS);
    assertThat(out).doesNotExist();
    StandaloneCluster.Submitted again = submit(conf, in, to, "ffv1");
    assertDone(again, out, "12 parts, " + before + " of them there already, by " + MODEL);
    assertThat(Film.frames(out)).isEqualTo(Film.frames(whole));
    assertThat(Film.others(out)).isEqualTo(Film.others(whole));
  }

  /** Encoders that start over at each part keep number and times of frames. */
  @Test
  void anotherCodecKeepsAllTimes() throws Exception {
    Path single = Film.upscaled(film, MODEL, "h264", folder.resolve("single.mp4"));
    Path out = folder.resolve("out.mp4");
    assertDone(submit(Map.of(), film.toString(), out.toString(), "h264"), out, "12 parts");
    assertThat(Film.times(out)).hasSize(10 * SECONDS).isEqualTo(Film.times(single));
    assertThat(Film.others(out)).isEqualTo(Film.others(single));
  }

  /** Each shard and each figure is made on one of two executors. */
  @Test
  void shardsAndFiguresAreThoseOfOneMachine() throws Exception {
    Path pictures = folder.resolve("pictures");
    for (int i = 0; i < 10; i++) {
      PictureFiles.write(pictures.resolve("p" + i + ".png"), TestCard.draw(60 + i, 50, i));
    }
    Path shards = folder.resolve("shards");
    StandaloneCluster.Submitted degrade =
        cluster.submit(
            Map.of(),
            "degrade",
            "--input",
            pictures.toString(),
            "--output",
            shards.toString(),
            "--degradation",
            "photo",
            "--shard-size",
            "3");
    assertThat(degrade.await()).as(() -> saidBy(degrade)).isZero();
    DataJobsTest.assertShards(pictures, shards, "photo", 3);

    Path table = folder.resolve("table");
    StandaloneCluster.Submitted evaluate =
        cluster.submit(
            Map.of(),
            "evaluate",
            "--input",
            pictures.toString(),
            "--output",
            table.toString(),
            "--model",
            MODEL,
            "--degradation",
            "photo");
    assertThat(evaluate.await()).as(() -> saidBy(evaluate)).isZero();
    DataJobsTest.assertFigures(pictures, table, MODEL, "photo");
    assertThat(List.of(evaluate.said().split("\n")))
        .anyMatch(line -> line.startsWith("mean of 10 images  PSNR "));
  }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A film in parts, shards and figures, on a real cluster whose processes are killed. {@code
 * -Dcluster.parts=12} takes a film of three minutes. The store is Hadoop's view of a folder, which
 * is none on a disk for what copies.
 */
@Timeout(1800)
class FilmClusterTest {
  private static final int PARTS = Integer.getInteger("cluster.parts", 6);
  private static final int SECONDS = 15 * PARTS;
  private static final String MODEL = "sesr-tiny-x2";
  private static final String MOUNT = "spark.hadoop.fs.viewfs.mounttable.default.link./films";

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static Path film;
  private static Path whole;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneCluster(Files.createDirectories(shared.resolve("cluster")), 2);
    film = Film.make(shared.resolve("film.mkv"), SECONDS);
    whole = Film.upscaled(film, MODEL, "ffv1", shared.resolve("whole.mkv"));
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.stop();
  }

  private static StandaloneCluster.Submitted submit(Path folder) throws IOException {
    return cluster.submit(
        Map.of(MOUNT, folder.toUri().toString()),
        "upscale-clip",
        "--input",
        "viewfs:///films/film.mkv",
        "--output",
        "viewfs:///films/out.mkv",
        "--model",
        MODEL,
        "--codec",
        "ffv1",
        "--parts",
        PARTS + "");
  }

  /** Waits until so many parts are there, which must not be all. */
  private static void awaitMiddle(StandaloneCluster.Submitted job, Path out, long least)
      throws Exception {
    while (job.process().isAlive() && parts(out) < least) {
      Thread.sleep(5);
    }
    assertThat(parts(out)).as(() -> saidBy(job)).isBetween(least, PARTS - 1L);
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

  private static String saidBy(StandaloneCluster.Submitted job) {
    try {
      return job.said() + cluster.logs();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aFilmWhoseExecutorAndDriverAreKilledIsTakenUp() throws Exception {
    Path out = folder.resolve("out.mkv");
    Files.createLink(folder.resolve("film.mkv"), film);
    StandaloneCluster.Submitted job = submit(folder);
    awaitMiddle(job, out, 1);
    cluster.executor(0).destroyForcibly();
    awaitMiddle(job, out, parts(out) + 1);
    job.process().destroyForcibly().waitFor();
    cluster.awaitIdle();
    long before = parts(out);
    assertThat(before).isBetween(2L, PARTS - 1L);
    assertThat(out).doesNotExist();

    StandaloneCluster.Submitted again = submit(folder);
    assertThat(again.await()).as(() -> saidBy(again)).isZero();
    assertThat(again.said())
        .contains(
            ": %d frames of %d parts, %d of them there already, by %s"
                .formatted(10 * SECONDS, PARTS, before, MODEL));
    assertThat(folder(out)).doesNotExist();
    assertThat(Film.frames(out)).hasSize(10 * SECONDS).isEqualTo(Film.frames(whole));
    assertThat(Film.others(out)).isEqualTo(Film.others(whole));
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

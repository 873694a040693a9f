package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.cli.SparkCommand;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardWriter;
import io.subpixel.zoo.degradation.Degradation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands that make training data and figures, in one process. */
class DataJobsTest {
  private static final String MODEL = "sesr-tiny-x2";

  @TempDir private Path folder;
  private Path pictures;
  private Path out;
  private final StringWriter said = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void draw() throws IOException {
    pictures = folder.resolve("pictures");
    out = folder.resolve("out");
    // In the order of bytes, '-' comes before '/', and 'Z' before 'a'.
    for (String name : List.of("a/1.png", "a-b/2.bmp", "Z.png", "ä.png", "b.PNG", "a.png")) {
      PictureFiles.write(pictures.resolve(name), TestCard.draw(49, 42, name.hashCode()));
    }
    Files.writeString(pictures.resolve("notes.txt"), "no picture by name");
  }

  private int run(Object... args) {
    said.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
    CommandLine commandLine = CommandRunner.prepare(new SparkCommand());
    commandLine.setOut(new PrintWriter(said));
    commandLine.setErr(new PrintWriter(errors));
    return commandLine.execute(Stream.of(args).map(String::valueOf).toArray(String[]::new));
  }

  private int degrade(String degradation, int size) {
    return run(
        "degrade",
        "--input",
        pictures,
        "--output",
        out,
        "--degradation",
        degradation,
        "--shard-size",
        size);
  }

  /** Expects the bytes that one process writes, as the trainer's command does. */
  static void assertShards(Path pictures, Path shards, String degradation, int size)
      throws IOException {
    Pairing pairing = new Pairing(Degradation.parse(degradation), 2, 1);
    List<Path> files = PictureFiles.list(pictures);
    int count = 0;
    for (int from = 0; from < files.size(); from += size) {
      List<Path> some = files.subList(from, Math.min(files.size(), from + size));
      List<String> names = some.stream().map(file -> pictures.relativize(file) + "").toList();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ShardWriter writer = new ShardWriter(bytes, pairing.header(names))) {
        for (int i = 0; i < some.size(); i++) {
          Picture hr = PictureFiles.read(some.get(i));
          writer.add(names.get(i), pairing.of(hr, some.get(i).getFileName() + "", ""));
        }
        writer.finish();
      }
      assertThat(shards.resolve(Shard.fileName(count++))).hasBinaryContent(bytes.toByteArray());
    }
    try (Stream<Path> all = Files.list(shards)) {
      assertThat(all).hasSize(count);
    }
  }

  /** Expects a row for each picture with the figures that one process computes, and their mean. */
  static void assertFigures(Path pictures, Path table, String model, String degradation)
      throws IOException {
    List<Row> rows;
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate()) {
      rows = spark.read().parquet(table.toString()).collectAsList();
    }
    List<Path> files = PictureFiles.list(pictures);
    assertThat(rows).hasSize(files.size());
    try (Upscaler upscaler = Upscaler.builder().model(model).open()) {
      for (Row row : rows) {
        Path file = pictures.resolve(row.<String>getAs("picture"));
        int place = files.indexOf(file);
        Picture hr = PictureFiles.read(file).cropToMultiple(2);
        Picture lr = Degradation.parse(degradation).apply(hr, 2, place);
        Picture sr = upscaler.upscale(lr);
        Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), 2, Kernel.CUBIC).apply(lr);
        assertThat(row.<Double>getAs("psnr")).isCloseTo(Metrics.psnr(hr, sr, 2), within(1e-9));
        assertThat(row.<Double>getAs("ssim")).isCloseTo(Metrics.ssim(hr, sr, 2), within(1e-9));
        assertThat(row.<Double>getAs("bicubic_psnr"))
            .isCloseTo(Metrics.psnr(hr, bicubic, 2), within(1e-9));
        assertThat(row.<Integer>getAs("width")).isEqualTo(hr.width());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bicubic-uint8-clamp, 4", "photo, 1", "shrink+mpeg4:4, 100"})
  void shardsAreThoseOfOneProcess(String degradation, int size) throws IOException {
    assertThat(degrade(degradation, size)).as(errors.toString()).isZero();
    assertShards(pictures, out, degradation, size);
  }

  @Test
  void aRerunWritesTheShardsThatAreMissing() throws IOException {
    assertThat(degrade("photo", 2)).as(errors.toString()).isZero();
    assertThat(said.toString()).contains("3 shards of 6 pairs written, 0 there already");
    Files.delete(out.resolve(Shard.fileName(1)));
    FileTime written = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(out.resolve(Shard.fileName(0)), written);
    assertThat(degrade("photo", 2)).as(errors.toString()).isZero();
    assertThat(said.toString()).contains("1 shards of 2 pairs written, 2 there already");
    assertThat(Files.getLastModifiedTime(out.resolve(Shard.fileName(0)))).isEqualTo(written);
    assertShards(pictures, out, "photo", 2);
  }

  @Test
  void shardsOfOtherRunsAreRefused() throws IOException {
    assertThat(degrade("photo", 100)).isZero();
    assertThat(degrade("clip", 100)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString())
        .contains("shard-000000.tar: expected no shard, or one of these images and options")
        .hasLineCount(1);
    Files.move(out.resolve(Shard.fileName(0)), out.resolve(Shard.fileName(7)));
    assertThat(degrade("photo", 100)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString())
        .contains("out: expected a folder for these shards alone, received")
        .hasLineCount(1);
  }

  @Test
  void brokenPicturesAreOneLineEach() throws IOException {
    Files.write(pictures.resolve("broken.png"), new byte[100]);
    assertThat(degrade("photo", 100)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString()).contains("broken.png: expected an image").hasLineCount(1);
    assertThat(Shard.open(out.resolve(Shard.fileName(0))).pairs()).hasSize(6);

    Path table = folder.resolve("table");
    assertThat(run("evaluate", "--input", pictures, "--output", table, "--model", MODEL))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString()).contains("broken.png: expected an image").hasLineCount(1);
    assertThat(said.toString()).contains("mean of 6 images  PSNR ");
  }

  @Test
  void figuresAreThoseOfOneProcess() throws IOException {
    Path table = folder.resolve("table");
    assertThat(
            run(
                "evaluate",
                "--input",
                pictures,
                "--output",
                table,
                "--model",
                MODEL,
                "--degradation",
                "photo"))
        .as(errors.toString())
        .isZero();
    assertFigures(pictures, table, MODEL, "photo");
    assertThat(run("evaluate", "--input", pictures, "--output", table, "--model", MODEL))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString()).contains("expected a new folder for the table").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "degrade --degradation photoo, '--degradation: expected bicubic-uint8-clamp', 2",
    "degrade --degradation photo --scale 5, '--scale: expected 2, 3 or 4, received 5', 2",
    "degrade --degradation photo --shard-size 0, '--shard-size: expected 1 or more', 2",
    "evaluate --model none, '--model: expected one of', 2",
    "evaluate --degradation melt, '--degradation: expected', 2"
  })
  void wrongUsageIsOneLine(String command, String line, int status) {
    Stream<String> all =
        Stream.concat(
            Stream.of(command.split(" ")),
            Stream.of("--input", pictures.toString(), "--output", out.toString()));
    assertThat(run(all.toArray())).isEqualTo(status);
    assertThat(errors.toString()).contains(line).hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void aFolderWithoutPicturesIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(run("degrade", "--input", empty, "--output", out, "--degradation", "photo"))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(errors.toString())
        .contains("empty: expected a folder of images, received none in it")
        .hasLineCount(1);
  }
}

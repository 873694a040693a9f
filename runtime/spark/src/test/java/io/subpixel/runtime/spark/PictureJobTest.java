package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in one process: what is written, under which names, and what is refused. */
class PictureJobTest {
  private static final PictureOptions TINY = PictureOptions.of(Map.of("model", "sesr-tiny-x2"));

  private static SparkSession spark;

  @TempDir private Path folder;
  private Archive archive;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void prepare() throws IOException {
    archive = Archive.in(folder);
  }

  private PictureJob.Summary run(PictureOptions options) throws IOException {
    return new PictureJob(archive.in().toString(), archive.out().toString(), options).run(spark);
  }

  private void picture(String name, int width, int height, int channels) throws IOException {
    Path file = archive.in().resolve(name);
    Files.createDirectories(file.getParent());
    Picture picture = Pictures.random(width, height, channels, name.hashCode());
    if (name.endsWith(".gif")) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED);
      ImageIO.write(image, "gif", file.toFile());
    } else {
      PictureFiles.write(file, picture);
    }
  }

  private void pages(String name, int count) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    try (ImageOutputStream out =
        ImageIO.createImageOutputStream(archive.in().resolve(name).toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < count; i++) {
        BufferedImage page = new BufferedImage(20 + i, 10, BufferedImage.TYPE_INT_RGB);
        page.setRGB(i, 5, 0xFFFFFF);
        writer.writeToSequence(new IIOImage(page, null, null), null);
      }
      writer.endWriteSequence();
    }
    writer.dispose();
  }

  private List<Row> table(String path) {
    return spark.read().parquet(path).orderBy("input", "page").collectAsList();
  }

  @Test
  void resultsAreThoseOfTheCommand() throws IOException {
    picture("a.png", 40, 30, 3);
    picture("deep er/ünï/b c.jpg", 33, 21, 3);
    picture("deep er/a.gif", 12, 12, 1);
    picture("100%/#?{x}*.bmp", 12, 8, 3);
    picture("colon:name.png", 12, 8, 4);
    picture("grey.webp", 24, 8, 3);
    picture(".hidden/folder.png", 8, 8, 3);
    picture(".hidden.png", 8, 8, 3);
    pages("scan.tif", 11);
    Files.writeString(archive.in().resolve("notes.txt"), "no picture");
    Files.copy(archive.in().resolve("a.png"), archive.in().resolve("named.JPG"));
    archive.upscaled("sesr-tiny-x2");

    PictureJob.Summary done = run(TINY);
    archive.assertWhole();
    assertThat(done.written()).isEqualTo(19);
    assertThat(done.others()).isEqualTo(1);
    List<Row> table = table(done.table());
    assertThat(table).hasSize(19);
    Row first = table.stream().filter(row -> row.getString(1).endsWith("/a.png")).findFirst().get();
    assertThat(first.getString(0)).isEqualTo("written");
    assertThat(first.getString(3)).isEqualTo(archive.out().resolve("a.png").toString());
    assertThat(List.of(first.getInt(4), first.getInt(5), first.getInt(6), first.getInt(7)))
        .containsExactly(40, 30, 80, 60);
    assertThat(first.getLong(8)).isEqualTo(Files.size(archive.in().resolve("a.png")));
    assertThat(first.getLong(9)).isEqualTo(Files.size(archive.out().resolve("a.png")));
    assertThat(first.getDouble(10)).isPositive();
    assertThat(first.getString(11)).isEqualTo("sesr-tiny-x2");
  }

  @Test
  void optionsAreThoseOfTheCommand() throws IOException {
    picture("a.png", 40, 30, 4);
    picture("b.bmp", 33, 21, 3);
    try (Upscaler upscaler = Upscaler.builder().choosing(3).open()) {
      archive.upscaled(
          upscaler,
          UpscaleOptions.DEFAULTS
              .withTarget(TargetSize.times(2.5))
              .withBackground(Background.parse("black"))
              .withFormat(PictureFormat.JPEG)
              .withWrite(UpscaleOptions.DEFAULTS.write().withQuality(70)));
    }
    run(
        PictureOptions.of(
            Map.of("scale", "2.5", "background", "black", "format", "jpeg", "quality", "70")));
    archive.assertWhole();
  }

  @Test
  void aModelOfOnesOwnTravels() throws IOException {
    Path model = new TinyModel(2, Colour.RGB).write(folder.resolve("own.onnx"));
    picture("a.png", 20, 30, 3);
    PictureJob.Summary done = run(PictureOptions.of(Map.of("model", model.toString())));
    assertThat(done.written()).isOne();
    assertThat(PictureFiles.read(archive.out().resolve("a.png")))
        .isEqualTo(TinyModel.expected(PictureFiles.read(archive.in().resolve("a.png")), 2));
  }

  @Test
  void aRerunDoesWhatIsMissing() throws IOException {
    archive.with(6, 24, 16);
    pages("scan.tif", 2);
    archive.upscaled("sesr-tiny-x2");
    run(TINY);
    Path kept = archive.out().resolve("0001.png");
    FileTime time = Files.getLastModifiedTime(kept);
    Files.delete(archive.out().resolve("0003.png"));
    Files.delete(archive.out().resolve("scan-2.tif"));
    PictureJob.Summary done = run(TINY);
    assertThat(done.written()).isEqualTo(2);
    assertThat(done.existing()).isEqualTo(6);
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(time);
    archive.assertWhole();
    assertThat(run(TINY).existing()).isEqualTo(8);
  }

  @Test
  void anOutputInItsInputIsNoInput() throws IOException {
    picture("a.png", 20, 10, 3);
    archive =
        new Archive(archive.in(), archive.in().resolve("large"), archive.expected(), Map.of());
    assertThat(run(TINY).written()).isOne();
    assertThat(run(TINY).existing()).isOne();
    assertThat(Archive.files(archive.out())).containsExactly("a.png");
  }

  @Test
  void whatWouldReplaceInputsIsRefused() throws IOException {
    picture("a.png", 20, 10, 3);
    Path link = Files.createSymbolicLink(folder.resolve("link"), archive.in());
    for (Path out : List.of(archive.in(), folder, link, archive.in().resolve("../in"))) {
      PictureJob job = new PictureJob(archive.in().toString(), out.toString(), TINY);
      assertThatThrownBy(() -> job.run(spark))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("output: expected a folder that the input isn't in, received ");
    }
    assertThat(Archive.files(archive.in())).containsExactly("a.png");
  }

  @Test
  void twoPicturesMayNotBecomeOne() throws IOException {
    picture("a.png", 20, 10, 3);
    picture("a.gif", 20, 10, 1);
    assertThatThrownBy(() -> run(TINY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("output: ")
        .hasMessageEndingWith(" would both become a.png");
    assertThat(Archive.files(archive.out())).isEmpty();

    Files.delete(archive.in().resolve("a.gif"));
    pages("scan.tif", 2);
    picture("scan-1.tif", 20, 10, 3);
    assertThatThrownBy(() -> run(TINY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output: 2 pictures would become scan-1.tif");
  }

  @Test
  void foldersWithoutPicturesAreRefused() throws IOException {
    assertThatThrownBy(() -> run(TINY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(archive.in() + ": expected a folder of images, received none in it");
    Files.writeString(archive.in().resolve("a.txt"), "");
    assertThatThrownBy(() -> run(TINY)).hasMessageEndingWith("received none in it, but 1 others");
    PictureJob absent = new PictureJob(folder + "/absent", archive.out().toString(), TINY);
    assertThatThrownBy(() -> absent.run(spark))
        .hasMessage(folder + "/absent: expected a folder of images, received no such folder");
    PictureJob unknown = new PictureJob("s3a://bucket/x", archive.out().toString(), TINY);
    assertThatThrownBy(() -> unknown.run(spark))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("s3a://bucket/x: expected a file system ");
  }

  /** 10,000 x 10,000 pixels in 100 kB, and one whose header says more than is allowed. */
  @Test
  void aBombEndsNothing() throws IOException {
    picture("a.png", 20, 10, 3);
    Files.write(archive.in().resolve("bomb.png"), png(10_000, 10_000));
    Files.write(archive.in().resolve("large.png"), png(1_000_000, 1_000_000));
    PictureJob.Summary done = run(TINY.with(PictureOptions.Name.MAX_PIXELS, "1000000"));
    assertThat(done.written()).isOne();
    assertThat(done.failed()).isEqualTo(2);
    assertThat(table(done.table()).get(1).getString(13))
        .isEqualTo(
            archive.in().resolve("bomb.png")
                + ": expected at most 1000000 pixels, received 100000000 (10000x10000)");
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 0, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      byte[] zeros = new byte[1 << 16];
      for (long left = Math.min(1L << 27, height * (width + 1L)); left > 0; left -= zeros.length) {
        deflater.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    }
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt((int) crc.getValue());
  }

  @Test
  void linksThatLeadBackEndNothing() throws IOException {
    picture("a.png", 20, 10, 3);
    Path other = Files.createDirectories(folder.resolve("other/deep"));
    PictureFiles.write(other.resolve("b.png"), Pictures.random(20, 10, 3, 5));
    Files.createSymbolicLink(archive.in().resolve("linked"), other.getParent());
    Files.createSymbolicLink(archive.in().resolve("loop"), archive.in());
    Files.createSymbolicLink(other.resolve("back"), archive.in());
    PictureJob.Summary done = run(TINY);
    assertThat(Archive.files(archive.out())).containsExactly("a.png", "linked/deep/b.png");
    assertThat(done.failed()).isEqualTo(2);
    assertThat(table(done.table()).stream().map(row -> row.getString(13)))
        .contains(
            archive.in().resolve("loop")
                + ": expected a file or folder, received a link that leads back");
  }

  @Test
  void memoryBesideTheHeapIsChecked() throws IOException {
    picture("a.png", 20, 10, 3);
    assertThatThrownBy(() -> run(PictureOptions.of(Map.of("memory", "1m"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("memory: expected at least 32m, received 1m");
    assumeTrue(spark.conf().getOption("spark.executor.memoryOverhead").isEmpty());
    spark.sparkContext().conf().set("spark.executor.memoryOverhead", "384m");
    try {
      assertThatThrownBy(() -> run(TINY))
          .isInstanceOf(UnavailableException.class)
          .hasMessageStartingWith("spark.executor.memoryOverhead: expected at least ")
          .hasMessageEndingWith("received 384m");
    } finally {
      spark.sparkContext().conf().remove("spark.executor.memoryOverhead");
    }
  }

  @Test
  void tablesGoWhereTheyAreWanted() throws IOException {
    picture("a.png", 20, 10, 3);
    Path tables = folder.resolve("tables");
    PictureJob job =
        new PictureJob(
            archive.in().toString(),
            archive.out().toString(),
            TINY,
            Optional.of(tables.toString()));
    assertThat(job.run(spark).table()).startsWith(tables.toString());
    assertThat(archive.out().resolve("_results")).doesNotExist();
  }
}

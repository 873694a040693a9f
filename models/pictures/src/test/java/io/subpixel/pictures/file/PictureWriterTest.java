package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.TestCard;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files are whole or absent, and formats refuse what they can't hold. */
class PictureWriterTest {
  private static final PictureLayout RGB = new PictureLayout(40, 30, 3, 8);

  @TempDir private Path folder;

  @Test
  void aFormatThatLivesElsewhereIsNamed() {
    byte[] heic = "\0\0\0\30ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> PictureReader.open(new ByteArrayInputStream(heic), "a.heic", 1 << 20))
        .isInstanceOf(UnavailableException.class)
        .hasMessage(
            "HEIC: expected a library that reads it (subpixel-runtime-video), received none");
  }

  /** The formats that this library writes by itself. */
  static Stream<PictureFormat> written() {
    return ServiceLoader.load(PictureCodec.class).stream()
        .map(codec -> codec.get().format())
        .filter(PictureFormat::isWritten);
  }

  @ParameterizedTest
  @MethodSource("written")
  void withoutCommitNothingStays(PictureFormat format) throws IOException {
    Path file = folder.resolve("a." + format.ending());
    for (int rows : new int[] {0, 1, 30}) {
      try (PictureWriter writer =
          PictureWriter.create(file, format, RGB, Metadata.NONE, WriteOptions.DEFAULTS)) {
        writer.write(Originals.rows(RGB), 0, rows);
        if (rows < 30) {
          assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }
      }
      assertThat(folder).isEmptyDirectory();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("jpeg-writer"));
  }

  @ParameterizedTest
  @MethodSource("written")
  void aStreamGetsWhatAFileGets(PictureFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path file = folder.resolve("a." + format.ending());
    try (PictureWriter toFile =
            PictureWriter.create(file, format, RGB, Metadata.NONE, WriteOptions.DEFAULTS);
        PictureWriter toStream =
            PictureWriter.create(
                out, "standard output", format, RGB, Metadata.NONE, WriteOptions.DEFAULTS)) {
      toFile.write(Originals.rows(RGB), 0, 30);
      toFile.commit();
      // In other portions.
      for (int y = 0; y < 30; y += 7) {
        toStream.write(Originals.rows(RGB), y, Math.min(7, 30 - y));
      }
      assertThat(out.size()).isZero();
      toStream.commit();
    }
    assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
  }

  @ParameterizedTest
  @CsvSource({
    "GIF, 8, 8, 3, 8, a format that can be written, GIF",
    "JPEG, 8, 8, 4, 8, 'a format that holds alpha (PNG, BMP, TIFF, WebP, PNM)', JPEG",
    "BMP, 8, 8, 3, 16, 'a format that holds 16 bits (PNG, TIFF, PNM)', BMP",
    "JPEG, 65501, 1, 3, 8, sides of at most 65500 for JPEG, 65501x1",
    "WEBP, 1, 16384, 3, 8, sides of at most 16383 for WebP, 1x16384",
    "TIFF, 60000, 60000, 3, 8, at most 4 GB for TIFF, 60000x60000x3 of 8 bits"
  })
  void picturesThatAFormatCantHoldAreRejected(
      PictureFormat format,
      int width,
      int height,
      int channels,
      int depth,
      String expected,
      String received) {
    PictureLayout layout = new PictureLayout(width, height, channels, depth);
    Path file = folder.resolve("a");
    assertThatThrownBy(
            () -> PictureWriter.create(file, format, layout, Metadata.NONE, WriteOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected " + expected + ", received " + received);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void qualityDecidesTheSize() throws IOException {
    for (PictureFormat format : new PictureFormat[] {PictureFormat.JPEG, PictureFormat.WEBP}) {
      long low = size(format, WriteOptions.DEFAULTS.withQuality(20));
      long high = size(format, WriteOptions.DEFAULTS.withQuality(98));
      assertThat(low).isLessThan(high);
    }
  }

  @Test
  void losslessWebpKeepsEverySampleUnderClearAlphaToo() throws IOException {
    PictureLayout layout = new PictureLayout(40, 30, 4, 8);
    Rows rows = Originals.rows(layout);
    for (int i = 3; i < 400; i += 4) {
      rows.bytes()[i] = 0;
    }
    Path file = folder.resolve("a.webp");
    WriteOptions lossless = WriteOptions.DEFAULTS.withLossless(true);
    write(file, PictureFormat.WEBP, layout, rows, lossless);
    assertThat(PictureFiles.read(file).samples()).isEqualTo(rows.bytes());
  }

  @ParameterizedTest
  @EnumSource(
      value = PictureFormat.class,
      names = {"PNG", "TIFF"})
  void smallCompressionIsSmallerAndLossless(PictureFormat format) throws IOException {
    Rows rows = Rows.of(TestCard.draw(300, 200, 1));
    PictureLayout layout = new PictureLayout(300, 200, 3, 8);
    Path file = folder.resolve("a." + format.ending());
    write(file, format, layout, rows, WriteOptions.DEFAULTS);
    final long fast = Files.size(file);
    WriteOptions small = WriteOptions.DEFAULTS.withCompression(WriteOptions.Compression.SMALL);
    write(file, format, layout, rows, small);
    assertThat(Files.size(file)).isLessThan(fast);
    assertThat(PictureFiles.read(file).samples()).isEqualTo(rows.bytes());
  }

  @Test
  void longOutputIsBufferedInATemporaryFile() throws IOException {
    PictureLayout large = new PictureLayout(2000, 1500, 3, 8);
    Rows noise = new Rows(1500, large);
    new Random(1).nextBytes(noise.bytes());
    long before = spools();
    Path streamed = folder.resolve("streamed.tif");
    try (OutputStream out = Files.newOutputStream(streamed);
        PictureWriter writer = toStream(out, PictureFormat.TIFF, large)) {
      writer.write(noise, 0, 1500);
      assertThat(spools()).isEqualTo(before + 1);
      writer.commit();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PictureWriter writer = toStream(bytes, PictureFormat.TIFF, large)) {
      writer.write(noise, 0, 1500);
      assertThat(spools()).isEqualTo(before);
      writer.commit();
    }
    Path file = folder.resolve("a.tif");
    write(file, PictureFormat.TIFF, large, noise, WriteOptions.DEFAULTS);
    assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(file));
    assertThat(streamed).hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @MethodSource("written")
  void bytesAreThoseOfAFileAndNeedNone(PictureFormat format) throws IOException {
    Path file = folder.resolve("a." + format.ending());
    write(file, format, RGB, Originals.rows(RGB), WriteOptions.DEFAULTS);
    long before = spools();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PictureWriter writer = toStream(bytes, format, RGB)) {
      writer.write(Originals.rows(RGB), 0, 30);
      assertThat(spools()).isEqualTo(before);
      writer.commit();
    }
    assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(file));
    try (PictureReader inMemory =
            PictureReader.open(PictureSource.of(bytes.toByteArray(), "bytes"), 1 << 20);
        PictureReader onDisk = PictureReader.open(file, 1 << 20)) {
      Rows got = new Rows(30, inMemory.layout());
      Rows expected = new Rows(30, onDisk.layout());
      inMemory.read(got, 0, 30);
      onDisk.read(expected, 0, 30);
      assertThat(got.bytes()).isEqualTo(expected.bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void closingAReaderTwiceDoesNoHarm(PictureFormat format) throws IOException {
    Path file = folder.resolve("a." + format.ending());
    write(file, format, RGB, Originals.rows(RGB), WriteOptions.DEFAULTS);
    PictureReader reader = PictureReader.open(file, 1 << 20);
    reader.read(new Rows(30, reader.layout()), 0, 30);
    reader.close();
    assertThatCode(reader::close).doesNotThrowAnyException();
  }

  private static PictureWriter toStream(
      OutputStream out, PictureFormat format, PictureLayout layout) throws IOException {
    return PictureWriter.create(
        out, "standard output", format, layout, Metadata.NONE, WriteOptions.DEFAULTS);
  }

  private static long spools() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().endsWith(".picture")).count();
    }
  }

  private long size(PictureFormat format, WriteOptions options) throws IOException {
    Path file = folder.resolve("a." + format.ending());
    write(file, format, RGB, Originals.rows(RGB), options);
    return Files.size(file);
  }

  private static void write(
      Path file, PictureFormat format, PictureLayout layout, Rows rows, WriteOptions options)
      throws IOException {
    try (PictureWriter writer =
        PictureWriter.create(file, format, layout, Metadata.NONE, options)) {
      writer.write(rows, 0, layout.height());
      writer.commit();
    }
  }
}

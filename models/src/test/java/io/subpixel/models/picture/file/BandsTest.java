package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures several times as large as the heap go through it, in one format and out in it. */
class BandsTest {
  private static final PictureLayout LARGE = new PictureLayout(6000, 4000, 3, 8);
  private static final String HEAP = "-Xmx40m";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = PictureFormat.class,
      names = {"PNG", "JPEG", "TIFF", "BMP", "PNM"})
  void aSmallHeapIsEnough(PictureFormat format) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Copy.class.getName(),
                format.name(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(output).isEqualTo("done");
  }

  /** Writes the picture, reads it and writes it again, and looks at what it then is. */
  static final class Copy {
    private Copy() {}

    public static void main(String[] arguments) throws IOException {
      PictureFormat format = PictureFormat.valueOf(arguments[0]);
      Path first = Path.of(arguments[1], "first");
      Path second = Path.of(arguments[1], "second");
      Rows band = new Rows(16, LARGE);
      try (PictureWriter writer =
          PictureWriter.create(first, format, LARGE, Metadata.NONE, WriteOptions.DEFAULTS)) {
        for (int y = 0; y < LARGE.height(); y += 16) {
          draw(band, y);
          writer.write(band, 0, 16);
        }
        writer.commit();
      }
      try (PictureReader reader = PictureReader.open(first, PictureReader.MAX_PIXELS);
          PictureWriter writer =
              PictureWriter.create(
                  second, format, LARGE, reader.metadata(), WriteOptions.DEFAULTS)) {
        for (int y = 0; y < LARGE.height(); y += 16) {
          reader.read(band, 0, 16);
          writer.write(band, 0, 16);
        }
        writer.commit();
      }
      Rows expected = new Rows(16, LARGE);
      int most = format == PictureFormat.JPEG ? 24 : 0;
      try (PictureReader reader = PictureReader.open(second, PictureReader.MAX_PIXELS)) {
        for (int y = 0; y < LARGE.height(); y += 16) {
          reader.read(band, 0, 16);
          draw(expected, y);
          for (int i = 0; i < band.bytes().length; i++) {
            if (Math.abs((band.bytes()[i] & 0xff) - (expected.bytes()[i] & 0xff)) > most) {
              throw new AssertionError("row " + (y + i / band.rowLength()));
            }
          }
        }
      }
      System.out.print("done");
    }

    private static void draw(Rows band, int first) {
      for (int i = 0; i < band.bytes().length; i++) {
        int y = first + i / band.rowLength();
        int x = i % band.rowLength() / 3;
        band.bytes()[i] = (byte) ((x + y) / 40);
      }
    }
  }
}

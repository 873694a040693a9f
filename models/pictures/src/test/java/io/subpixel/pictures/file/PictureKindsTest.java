package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small pictures of every kind of TIFF, BMP and GIF beside what another decoder makes of them. A
 * line of {@code kinds.tsv} is a name, that decoder, the greatest difference, the file, and its
 * pixels as R, G, B, alpha of 16 bits, both deflated and in Base64.
 */
class PictureKindsTest {
  @TempDir private Path folder;

  private static Stream<String> kinds() throws IOException {
    try (InputStream in = PictureKindsTest.class.getResourceAsStream("kinds.tsv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).lines();
    }
  }

  /** The file of a kind. */
  static byte[] file(String name) throws IOException {
    String line = kinds().filter(each -> each.startsWith(name + "\t")).findFirst().orElseThrow();
    return inflated(line.split("\t", -1)[3]);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void equalsAnotherDecoder(String line) throws IOException {
    String[] fields = line.split("\t", -1);
    int tolerance = Integer.parseInt(fields[2]);
    Path file = Files.write(folder.resolve(fields[0]), inflated(fields[3]));
    ByteBuffer expected = ByteBuffer.wrap(inflated(fields[4]));
    try (PictureReader reader = PictureReader.open(file, PictureReader.MAX_PIXELS)) {
      PictureLayout layout = reader.layout();
      assertThat(8 * layout.pixels()).isEqualTo(expected.capacity());
      Rows rows = new Rows(1, layout);
      for (int y = 0; y < layout.height(); y++) {
        reader.read(rows, 0, 1);
        for (int x = 0; x < layout.width(); x++) {
          int alpha = layout.hasAlpha() ? wide(rows, x, layout.channels() - 1) : 65535;
          for (int c = 0; c < 4; c++) {
            int value = c == 3 ? alpha : wide(rows, x, layout.isColour() ? c : 0);
            int theirs = expected.getShort() & 0xffff;
            assertThat(c < 3 && alpha == 0 ? theirs : value)
                .as("%s at %d,%d, sample %d, as %s has it", fields[0], x, y, c, fields[1])
                .isBetween(theirs - tolerance, theirs + tolerance);
          }
        }
      }
    }
  }

  private static int wide(Rows rows, int x, int c) {
    return rows.at(0, x, c) * (65535 / rows.greatest());
  }

  private static byte[] inflated(String base64) throws IOException {
    byte[] deflated = Base64.getDecoder().decode(base64);
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return in.readAllBytes();
    }
  }
}

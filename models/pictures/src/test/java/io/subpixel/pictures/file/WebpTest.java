package io.subpixel.pictures.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.webp.Riff;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of other encoders: of 9x7 pixels, made by cwebp 1.2.4 of the colours in {@link #expected},
 * and those of the folder {@code webp}, made as its {@code dwebp.txt} says of cuts of
 * docs/sample.png, {@code photo.png} in 33x27, and of drawings. That has the SHA-256 of what dwebp
 * 1.2.4 decodes: R, G, B, A of each pixel.
 */
class WebpTest {
  static final String LOSSLESS =
      "UklGRjwAAABXRUJQVlA4TC8AAAAvCIABAJkyRPQ/NhHR/4BCthGgIzl/0Z9AQdoGLK6I7ihI24CF7U5MAAVHEsDlGQA=";
  static final String LOSSLESS_ALPHA =
      "UklGRkoAAABXRUJQVlA4TD4AAAAvCIABEJkyRPQ/NhHR/4CCtm0YIyl/ot1hYCBt21REbPsNpG0b2vZHQdtIaOjgQQZNQBL6TI00UBu6AQ8IPA==";
  static final String LOSSY =
      "UklGRmYAAABXRUJQVlA4IFoAAACwAgCdASoJAAcAAMASJbACdLoB8gFAAAVJQaxLjgAA/v7XHvnUv+jo92mFw90jzgB7KtP/Wn3rD9pNXP9Ee5v04/Vjw9T+a/wXurs+z1/+JKwmv7h8UuGAAAA=";
  static final String LOSSY_ALPHA =
      "UklGRpoAAABXRUJQVlA4WAoAAAAQAAAACAAABgAAQUxQSBcAAAABmYzof4BI22ZsMuZf6NENREzABDBTJwBWUDggXAAAAJACAJ0BKgkABwAAwBIlsAJ0ugHyAUAABUlBtmhsAP7+kL+pQglTyB0lLld+jo92mFw9gakFvGlZ/9aeas/qS91/Ngc7e33LSu/91/wXuP2I3/xJWE1/cPLwAAAA";

  @TempDir private Path folder;

  @Test
  void losslessIsExact() throws IOException {
    assertThat(read(LOSSLESS)).isEqualTo(expected(3));
    assertThat(read(LOSSLESS_ALPHA)).isEqualTo(expected(4));
  }

  @Test
  void lossyIsClose() throws IOException {
    Picture picture = read(LOSSY);
    assertThat(picture).hasToString("9x7x3");
    assertThat(meanDifference(picture, expected(3))).isLessThan(8);
    Picture alpha = read(LOSSY_ALPHA);
    assertThat(alpha).hasToString("9x7x4");
    assertThat(alpha.channel(3).values()).containsExactly(expected(4).channel(3).values());
  }

  @ParameterizedTest
  @ValueSource(strings = {LOSSLESS, LOSSLESS_ALPHA, LOSSY, LOSSY_ALPHA})
  void cutAnywhereItIsRefused(String base64) throws IOException {
    byte[] whole = Base64.getDecoder().decode(base64);
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("a.webp"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PictureFiles.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + ": expected ")
          .message()
          .hasLineCount(1);
    }
  }

  static List<String> decodedByDwebp() throws IOException {
    return new String(file("dwebp.txt"), StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @MethodSource("decodedByDwebp")
  void everySampleIsThatOfDwebp(String line) throws Exception {
    String[] fields = line.split(" ", 4);
    Picture picture = read(file(fields[0] + ".webp"));
    assertThat(picture).hasToString(fields[1]);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] samples = picture.samples();
    for (int i = 0; i < samples.length; i += picture.channels()) {
      sha256.update(samples, i, 3);
      sha256.update(picture.hasAlpha() ? samples[i + 3] : (byte) 255);
    }
    assertThat(HexFormat.of().formatHex(sha256.digest())).isEqualTo(fields[2]);
  }

  @Test
  void aStreamIsReadAsAFileIs() throws IOException {
    byte[] bytes = file("alpha-method0-best.webp");
    Picture picture = read(bytes);
    try (PictureReader reader =
        PictureReader.open(new ByteArrayInputStream(bytes), "standard input", 33 * 27)) {
      Rows rows = new Rows(27, reader.layout());
      reader.read(rows, 0, 5);
      reader.read(rows, 5, 22);
      assertThat(rows.bytes()).isEqualTo(picture.samples());
    }
  }

  /** Codes of one symbol take no bits at all, so a few bytes may be any number of pixels. */
  @Test
  void oneColourWithoutAPaletteIsRead() throws IOException {
    byte[] bytes = oneColour(100, 50);
    assertThat(read(bytes).samples()).isEqualTo(repeated(5000, 0x20, 0x40, 0x60));
  }

  /** Green is taken out of colours that a palette of two gives, eight pixels in a byte. */
  @Test
  void transformsOfTransformsAreUndoneInTheirOrder() throws IOException {
    BitWriter bits = new BitWriter().lossless(16, 4);
    bits.put(1, 1).put(2, 2);
    bits.put(1, 1).put(3, 2).put(1, 8);
    // The palette's second colour is the difference to its first.
    bits.put(0, 1).pair(10, 30).pair(5, 20).pair(7, 40).pair(0, 255).symbol(0);
    bits.put(0b1000, 4).put(0b0111, 4);
    bits.put(0, 1).put(0, 1).put(0, 1);
    bits.symbol(0x55).symbol(0).symbol(0).symbol(255).symbol(0);
    assertThat(read(bits.file()).samples()).isEqualTo(repeated(32, 65, 40, 87, 15, 10, 17));
  }

  @Test
  void alphaIsReadIfOnlyItsChunkDeclaresIt() throws IOException {
    byte[] bytes = file("alpha-method0-none.webp");
    Picture picture = read(bytes);
    assertThat(picture.hasAlpha()).isTrue();
    bytes[20] &= ~Riff.ALPHA;
    assertThat(read(bytes)).isEqualTo(picture);
  }

  @Test
  void dataAfterThePictureIsIgnored() throws IOException {
    byte[] first = file("colours4.webp");
    byte[] second = file("colours16.webp");
    byte[] both = Originals.join(first, Arrays.copyOfRange(second, 12, second.length));
    ByteBuffer.wrap(both).order(ByteOrder.LITTLE_ENDIAN).putInt(4, both.length - 8);
    assertThat(read(both)).isEqualTo(read(first));
  }

  @Test
  void aCanvasThatIsNotThePicturesIsRefused() throws IOException {
    byte[] bytes = file("alpha-method1-best.webp");
    bytes[24]++;
    assertRefused(bytes, "expected a whole image, received a broken one");
  }

  @Test
  void animationsAreRejectedByAnyOfTheirMarkers() throws IOException {
    for (String type : List.of("ANIM", "ANMF")) {
      byte[] still = file("colours4.webp");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(still);
      Originals.riff(out, type, new byte[6]);
      byte[] bytes = out.toByteArray();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, bytes.length - 8);
      assertRefused(bytes, "expected an image of one frame, received an animation");
    }
  }

  @Test
  void limitsAreEnforcedByTheHeader() throws IOException {
    Path file = Files.write(folder.resolve("a.webp"), oneColour(1 << 14, 1 << 14));
    assertThatThrownBy(() -> PictureReader.open(file, (1 << 28) - 1).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected at most 268435455 pixels, received 268435456 (16384x16384)");
    byte[] lossy = file("method0.webp");
    ByteBuffer.wrap(lossy).order(ByteOrder.LITTLE_ENDIAN).putInt(26, 0x3fff3fff);
    assertThatThrownBy(() -> PictureReader.open(Files.write(file, lossy), 1 << 20).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected at most 1048576 pixels, received 268402689 (16383x16383)");
  }

  /** Of lossy data that end early, libwebp has decoded some rows when it sees it. */
  @ParameterizedTest
  @ValueSource(strings = {"method4", "partitions8", "lossless9", "alpha-method1-best"})
  void dataThatEndEarlyInAWholeContainerAreRefused(String name) throws IOException {
    byte[] whole = file(name + ".webp");
    ByteBuffer sizes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int last = 12;
    for (int at = last; at + 8 <= whole.length; at += 8 + (sizes.getInt(at + 4) + 1) / 2 * 2) {
      last = at;
    }
    for (int size = 0; size < (sizes.getInt(last + 4) - 2) / 2 * 2; size += 2) {
      byte[] cut = Arrays.copyOf(whole, last + 8 + size);
      ByteBuffer.wrap(cut)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(4, cut.length - 8)
          .putInt(last + 4, size);
      assertRefused(cut, "expected a whole image, received ");
    }
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.webp"), bytes);
    assertThatThrownBy(() -> PictureFiles.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": " + message)
        .message()
        .hasLineCount(1);
  }

  /** A file of the folder {@code webp}. */
  static byte[] file(String name) throws IOException {
    try (InputStream in = WebpTest.class.getResourceAsStream("webp/" + name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }

  private Picture read(String base64) throws IOException {
    return read(Base64.getDecoder().decode(base64));
  }

  private Picture read(byte[] bytes) throws IOException {
    return PictureFiles.read(Files.write(folder.resolve("a.webp"), bytes));
  }

  private static byte[] oneColour(int width, int height) {
    return new BitWriter()
        .lossless(width, height)
        .put(0, 3)
        .symbol(0x40)
        .symbol(0x20)
        .symbol(0x60)
        .symbol(255)
        .symbol(0)
        .file();
  }

  private static byte[] repeated(int count, int... samples) {
    byte[] all = new byte[count * samples.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) samples[i % samples.length];
    }
    return all;
  }

  /** Lossless data, bit by bit, the lowest first (RFC 9649, 3). */
  private static final class BitWriter {
    private final BitSet bits = new BitSet();
    private int length;

    BitWriter put(int value, int count) {
      for (int i = 0; i < count; i++) {
        bits.set(length++, (value >> i & 1) != 0);
      }
      return this;
    }

    BitWriter lossless(int width, int height) {
      return put(0x2f, 8).put(width - 1, 14).put(height - 1, 14).put(0, 4);
    }

    /** A prefix code of one symbol. */
    BitWriter symbol(int value) {
      return put(1, 1).put(0, 1).put(1, 1).put(value, 8);
    }

    /** A prefix code of two symbols, the lower of which is 0. */
    BitWriter pair(int lower, int higher) {
      return put(1, 1).put(1, 1).put(1, 1).put(lower, 8).put(higher, 8);
    }

    byte[] file() {
      return new Riff().chunk("VP8L", Arrays.copyOf(bits.toByteArray(), length / 8 + 2)).encoded();
    }
  }

  private static Picture expected(int channels) {
    byte[] samples = new byte[9 * 7 * channels];
    int at = 0;
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 9; x++) {
        samples[at++] = (byte) (20 + 24 * x);
        samples[at++] = (byte) (30 + 30 * y);
        samples[at++] = (byte) (5 * x * y);
        if (channels == 4) {
          samples[at++] = (byte) (31 * x + 7 * y);
        }
      }
    }
    return new Picture(9, 7, channels, samples);
  }

  private static double meanDifference(Picture a, Picture b) {
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      sum += Math.abs((a.samples()[i] & 0xff) - (b.samples()[i] & 0xff));
    }
    return sum / a.samples().length;
  }
}

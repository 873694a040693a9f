package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged pictures are read or refused in one line: no other exception, nothing that takes long, no
 * thread or file that stays. {@code -Dsubpixel.mutations=N} tries more of each; {@code
 * -Dsubpixel.mutations.from=SEED} goes on from there.
 */
final class HostilePicturesTest {
  private static final int MUTATIONS = Integer.getInteger("subpixel.mutations", 250);
  private static final int FROM = Integer.getInteger("subpixel.mutations.from", 0);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final int[] NUMBERS = {
    0, 1, -1, 2, 7, 127, 128, 255, 1 << 15, 65535, 1 << 16, 1 << 20, Integer.MAX_VALUE, 1 << 31
  };

  @TempDir private Path folder;

  private enum Kind {
    PNG,
    PNG_INTERLACED,
    PNG_PALETTE,
    JPEG,
    JPEG_PROGRESSIVE,
    BMP,
    BMP_PALETTE_OS2,
    BMP_RUNS,
    BMP_RUNS_OF_4_BITS,
    BMP_ALPHA,
    GIF,
    GIF_INTERLACED,
    GIF_WIDE_CODES,
    TIFF,
    TIFF_PLANES,
    TIFF_ODD_BITS,
    TIFF_PALETTE,
    TIFF_CMYK,
    TIFF_YCBCR,
    TIFF_LAB,
    TIFF_FLOAT,
    TIFF_PREDICTED_FLOAT,
    TIFF_BIG,
    TIFF_TILES,
    TIFF_OLD_LZW,
    TIFF_PACK_BITS,
    TIFF_FAX,
    TIFF_CHROMA,
    TIFF_JPEG_CMYK,
    TIFF_LZW,
    TIFF_JPEG,
    TIFF_OURS,
    WEBP,
    WEBP_LOSSY,
    WEBP_PARTITIONS,
    WEBP_RAW_ALPHA,
    WEBP_LOSSLESS,
    WEBP_PALETTE,
    PNM,
    PNM_TEXT
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damageIsRefusedInOneLine(Kind kind) throws IOException {
    byte[] whole = whole(kind);
    assertThat(outcome(whole)).isEqualTo("read");
    List<String> faults = new ArrayList<>();
    int refused = 0;
    for (int seed = FROM; seed < FROM + MUTATIONS; seed++) {
      Instant start = Instant.now();
      String outcome = outcome(mutated(whole, seed));
      if (Duration.between(start, Instant.now()).compareTo(LONG) > 0) {
        outcome = "slow: " + outcome;
      }
      refused += outcome.startsWith("refused") ? 1 : 0;
      if (!outcome.startsWith("refused") && !outcome.equals("read")) {
        faults.add("seed " + seed + ": " + outcome);
      }
    }
    assertThat(faults).isEmpty();
    assertThat(refused).isPositive();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("jpeg-reader"));
  }

  private String outcome(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("picture"), bytes);
    try (PictureReader reader = PictureReader.open(file, 1 << 24)) {
      PictureLayout layout = reader.layout();
      Rows rows = new Rows(Math.min(7, layout.height()), layout);
      for (int y = 0; y < layout.height(); y += rows.count()) {
        reader.read(rows, 0, Math.min(rows.count(), layout.height() - y));
      }
      // What was read of the metadata must be fit to be written.
      Path copy = folder.resolve("copy.tif");
      PictureLayout small = new PictureLayout(1, 1, layout.channels(), 8);
      for (PictureFormat format :
          layout.hasAlpha()
              ? List.of(PictureFormat.PNG, PictureFormat.TIFF)
              : List.of(PictureFormat.JPEG, PictureFormat.TIFF)) {
        try (PictureWriter writer =
            PictureWriter.create(copy, format, small, reader.metadata(), WriteOptions.DEFAULTS)) {
          writer.write(new Rows(1, small), 0, 1);
          writer.commit();
        }
      }
      return "read";
    } catch (IOException e) {
      BrokenPicturesTest.assertNoFaultOfOurs(e, bytes);
      boolean isLine = e.getMessage() != null && e.getMessage().lines().count() == 1;
      return (isLine ? "refused: " : "lines: ") + e.getMessage();
    } catch (RuntimeException | Error e) {
      return e + " at " + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 8));
    }
  }

  private static byte[] mutated(byte[] file, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = file.clone();
    for (int faults = 1 + random.nextInt(3); faults > 0; faults--) {
      // Half of the changes go to the headers, where they do most; profiles are long and dull.
      int reach = random.nextBoolean() ? Math.min(128, bytes.length) : bytes.length;
      int at = random.nextInt(reach);
      ByteBuffer buffer =
          ByteBuffer.wrap(bytes)
              .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int number = NUMBERS[random.nextInt(NUMBERS.length)];
      switch (random.nextInt(7)) {
        case 0 -> bytes = Arrays.copyOf(bytes, Math.max(13, at));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> {
          if (at + 4 <= bytes.length) {
            buffer.putInt(at, number);
          }
        }
        case 3 -> {
          if (at + 2 <= bytes.length) {
            buffer.putShort(at, (short) number);
          }
        }
        case 4 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes, from, bytes, at, length);
        }
        case 5 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
          Arrays.fill(bytes, at, at + length, (byte) number);
        }
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private byte[] whole(Kind kind) throws IOException {
    PictureLayout rgb = new PictureLayout(24, 17, 3, 8);
    return switch (kind) {
      case PNG -> Originals.png(new PictureLayout(24, 17, 4, 16), 6);
      case PNG_INTERLACED -> interlaced();
      case PNG_PALETTE ->
          new Png(4, 2, 2, Png.PALETTE)
              .chunk("PLTE", new byte[12])
              .chunk("tRNS", new byte[2])
              .pixels(1, (byte) 27, (byte) 99);
      case JPEG -> Originals.jpeg(rgb, 3);
      case JPEG_PROGRESSIVE -> BrokenPicturesTest.jpeg(Drawings.smooth(40, 33, 3), true);
      case BMP -> Originals.bmp(rgb);
      case BMP_PALETTE_OS2 -> PictureKindsTest.file("bmp-palette-8-header-64");
      case BMP_RUNS -> PictureKindsTest.file("bmp-rle8");
      case BMP_RUNS_OF_4_BITS -> PictureKindsTest.file("bmp-rle4");
      case BMP_ALPHA -> PictureKindsTest.file("bmp-8888-alpha");
      case GIF -> gif();
      case GIF_INTERLACED -> PictureKindsTest.file("gif-interlaced");
      case GIF_WIDE_CODES -> PictureKindsTest.file("gif-codes-of-12-bits");
      case TIFF_PLANES -> PictureKindsTest.file("tiff-rgba-16-planes");
      case TIFF_ODD_BITS -> PictureKindsTest.file("tiff-rgb-12-planes");
      case TIFF_PALETTE -> PictureKindsTest.file("tiff-palette-8-alpha");
      case TIFF_CMYK -> PictureKindsTest.file("tiff-cmyk-16-alpha");
      case TIFF_YCBCR -> PictureKindsTest.file("tiff-ycbcr-8-planes");
      case TIFF_LAB -> PictureKindsTest.file("tiff-cielab-16");
      case TIFF_FLOAT -> PictureKindsTest.file("tiff-half-float");
      case TIFF_PREDICTED_FLOAT -> PictureKindsTest.file("tiff-float-predictor");
      case TIFF_BIG -> PictureKindsTest.file("tiff-big-tiles-big-endian");
      case TIFF_TILES -> PictureKindsTest.file("tiff-tiles-planes");
      case TIFF_OLD_LZW -> PictureKindsTest.file("tiff-old-lzw");
      case TIFF_PACK_BITS -> PictureKindsTest.file("tiff-packbits");
      case TIFF_FAX -> PictureKindsTest.file("tiff-fax4");
      case TIFF_CHROMA -> PictureKindsTest.file("tiff-ycbcr-subsampled-22");
      case TIFF_JPEG_CMYK -> PictureKindsTest.file("tiff-jpeg-cmyk");
      case TIFF -> Originals.tiff(new PictureLayout(24, 17, 4, 16), 8);
      case TIFF_LZW -> TiffTest.encoded(Drawings.smooth(24, 17, 3), "LZW");
      case TIFF_JPEG -> TiffTest.encoded(Drawings.smooth(24, 17, 3), "JPEG");
      case TIFF_OURS -> ours();
      case WEBP -> Originals.webp(5);
      case WEBP_LOSSY -> Base64.getDecoder().decode(WebpTest.LOSSY_ALPHA);
      case WEBP_PARTITIONS -> WebpTest.file("partitions8.webp");
      case WEBP_RAW_ALPHA -> WebpTest.file("alpha-method0-clear.webp");
      case WEBP_LOSSLESS -> WebpTest.file("lossless9.webp");
      case WEBP_PALETTE -> WebpTest.file("colours4-alpha.webp");
      case PNM -> Originals.pam(new PictureLayout(24, 17, 4, 16));
      case PNM_TEXT ->
          "P3\n# text\n2 2 1000\n0 1 2 3 4 5 6 7 8 9 10 1000\n".getBytes(StandardCharsets.US_ASCII);
    };
  }

  private byte[] ours() throws IOException {
    Path file = folder.resolve("ours.tif");
    PictureLayout layout = new PictureLayout(24, 17, 4, 16);
    Metadata metadata = Metadata.NONE.withExif(Originals.exif(layout, 1));
    try (PictureWriter writer =
        PictureWriter.create(file, PictureFormat.TIFF, layout, metadata, WriteOptions.DEFAULTS)) {
      writer.write(Originals.rows(layout), 0, layout.height());
      writer.commit();
    }
    return Files.readAllBytes(file);
  }

  static byte[] interlaced() throws IOException {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (javax.imageio.stream.ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      javax.imageio.ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(javax.imageio.ImageWriteParam.MODE_DEFAULT);
      writer.write(
          null,
          new javax.imageio.IIOImage(Samples.of(Drawings.everyValue(23, 17, 3)), null, null),
          parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static byte[] gif() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(Samples.of(Drawings.smooth(24, 17, 3)), "gif", bytes);
    return bytes.toByteArray();
  }
}

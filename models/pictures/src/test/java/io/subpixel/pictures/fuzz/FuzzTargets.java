package io.subpixel.pictures.fuzz;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.jpeg.JpegSegments;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What {@code .ci/fuzz} feeds with made-up files, and {@link CorpusTest} with kept ones: a picture
 * is read to its end or refused in one line. Anything else that is thrown is a finding.
 */
public final class FuzzTargets {
  private static final long MAX_PIXELS = 1 << 20;
  private static final int BAND = 16;

  private FuzzTargets() {}

  /** PNG, with the checksums that its chunks should have. */
  public static final class Png {
    private Png() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("png", file);
    }
  }

  /** TIFF of every kind. */
  public static final class Tiff {
    private Tiff() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("tiff", file);
    }
  }

  /** PBM, PGM, PPM and PAM. */
  public static final class Pnm {
    private Pnm() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("pnm", file);
    }
  }

  /** BMP with and without palettes and runs. */
  public static final class Bmp {
    private Bmp() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("bmp", file);
    }
  }

  /** GIF. */
  public static final class Gif {
    private Gif() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("gif", file);
    }
  }

  /** The segments of a JPEG; its samples are the JDK's. */
  public static final class Jpeg {
    private Jpeg() {}

    public static void fuzzerTestOneInput(byte[] file) {
      feed("jpeg", file);
    }
  }

  /**
   * Feeds one file.
   *
   * @param target such as {@code png}
   * @return whether it was read
   */
  static boolean feed(String target, byte[] file) {
    return switch (target) {
      case "png" -> read(summed(file), PictureFormat.PNG);
      case "tiff" -> read(file, PictureFormat.TIFF);
      case "pnm" -> read(file, PictureFormat.PNM);
      case "bmp" -> read(file, PictureFormat.BMP);
      case "gif" -> read(file, PictureFormat.GIF);
      case "jpeg" -> readSegments(file);
      default -> throw new IllegalArgumentException(target);
    };
  }

  private static boolean read(byte[] file, PictureFormat format) {
    try (PictureReader reader = PictureReader.open(PictureSource.of(file, "a file"), MAX_PIXELS)) {
      if (reader.format() != format) {
        return false;
      }
      PictureLayout layout = reader.layout();
      Rows rows = new Rows(Math.min(BAND, layout.height()), layout);
      for (int y = 0; y < layout.height(); y += rows.count()) {
        reader.read(rows, 0, Math.min(rows.count(), layout.height() - y));
      }
      copy(reader.metadata(), layout.channels());
      return true;
    } catch (UnavailableException e) {
      // It begins like a file of a format that other modules read.
      return false;
    } catch (IOException e) {
      requireLine(e);
      return false;
    }
  }

  private static boolean readSegments(byte[] file) {
    if (file.length < 2 || file[0] != (byte) 0xff || file[1] != (byte) 0xd8) {
      return false;
    }
    PictureSource source = PictureSource.of(file, "a file");
    try (PictureReader reader = PictureReader.open(source, MAX_PIXELS)) {
      reader.jpegQuality();
      copy(reader.metadata(), reader.layout().channels());
      try (GuardedInput in = new GuardedInput(source)) {
        return JpegSegments.read(in, "a file").components() > 0;
      }
    } catch (IOException e) {
      requireLine(e);
      return false;
    }
  }

  /** What was read of the metadata must be fit to be written. */
  private static void copy(Metadata metadata, int channels) throws IOException {
    PictureLayout pixel = new PictureLayout(1, 1, channels, 8);
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (PictureWriter writer =
        PictureWriter.create(
            nowhere, "a copy", PictureFormat.TIFF, pixel, metadata, WriteOptions.DEFAULTS)) {
      writer.write(new Rows(1, pixel), 0, 1);
      writer.commit();
    }
  }

  /** A refusal is one line, and no decoder of ours ran into anything. */
  private static void requireLine(IOException refusal) {
    String message = String.valueOf(refusal.getMessage());
    if (message.lines().count() != 1 || refusal.getCause() instanceof RuntimeException) {
      throw new AssertionError("no line for a user: " + message, refusal);
    }
  }

  /** Else a fuzzer would get no further than the first checksum. */
  private static byte[] summed(byte[] file) {
    byte[] bytes = file.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int at = 8;
    while (at + 12 <= bytes.length) {
      int length = buffer.getInt(at);
      if (length < 0 || length > bytes.length - at - 12) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, at + 4, 4 + length);
      buffer.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
    return bytes;
  }
}

package io.subpixel.pictures.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.files.Listing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads and writes whole pictures of 8 bits in one call, as {@link PictureReader} and {@link
 * PictureWriter} do, without metadata.
 *
 * @since 0.1
 */
public final class PictureFiles {
  /**
   * The maximum number of pixels. The header of a larger picture is rejected before anything is
   * decoded.
   */
  public static final long MAX_PIXELS = PictureReader.MAX_PIXELS;

  private static final int BAND_SAMPLES = 1 << 20;

  private PictureFiles() {}

  /** Returns whether a file's name has the ending of a format that can be read. */
  public static boolean isPicture(Path file) {
    return PictureFormat.ofName(file).isPresent();
  }

  /**
   * Returns the number of pages of a file: more than 1 only for a TIFF of several. {@link
   * PictureSource#withPage} reads them.
   *
   * @throws InvalidInputException if it can't be read or has too many
   */
  public static int pages(Path file) throws IOException {
    return pages(PictureSource.of(file, file.toString()));
  }

  /**
   * Returns the number of pages, as above.
   *
   * @throws InvalidInputException as above
   */
  public static int pages(PictureSource source) throws IOException {
    return DecodeErrors.guarded(
        source.where(),
        () -> {
          Optional<PictureCodec> codec = Codecs.of(source.start(PictureCodec.START_BYTES));
          return codec.isPresent() ? codec.get().pages(source) : 1;
        });
  }

  /** Returns whether a file's name has the ending of a format that can be written. */
  public static boolean isWritable(Path file) {
    return PictureFormat.ofName(file).filter(PictureFormat::isWritten).isPresent();
  }

  /**
   * Lists the picture files of a folder and its subfolders by path, in the order of their names.
   * Follows links and skips hidden files.
   *
   * @throws InvalidInputException if it isn't a folder, can't be read or contains no picture
   */
  public static List<Path> list(Path folder) throws IOException {
    return list(folder, Integer.MAX_VALUE, file -> false);
  }

  /**
   * Lists picture files and files of another kind.
   *
   * @param depth the depth of the search; 1 for the folder's own files alone
   * @param also selects further files among those that aren't pictures by name
   */
  public static List<Path> list(Path folder, int depth, Predicate<Path> also) throws IOException {
    return listing(folder, depth, also).filesOrFailure();
  }

  /**
   * Lists them together with all other files, broken links and unreadable folders.
   *
   * @throws InvalidInputException if it isn't a folder, can't be read or contains no such file
   */
  public static Listing listing(Path folder, int depth, Predicate<Path> also) throws IOException {
    Listing listing = Listing.of(folder, depth, also.or(PictureFiles::isPicture), file -> true);
    if (listing.files().isEmpty()) {
      String others = listing.othersInWords();
      throw new InvalidInputException(
          folder.toString(),
          "a folder of images (" + Codecs.NAMES + ")",
          others.isEmpty() ? "none in it" : "none in it, but " + others);
    }
    return listing;
  }

  /**
   * Reads a picture by its content, whatever its name, as {@link PictureReader} does. Samples of 16
   * bits are rounded to 8.
   *
   * @throws InvalidInputException if the file is missing, of an unknown format, broken, truncated
   *     or larger than {@link #MAX_PIXELS} pixels
   * @throws IOException if it can't be read
   */
  public static Picture read(Path file) throws IOException {
    try (PictureReader reader = PictureReader.open(file, MAX_PIXELS)) {
      return read(reader, file.toString());
    }
  }

  /**
   * Reads a picture in memory, as above.
   *
   * @throws InvalidInputException as above
   */
  public static Picture read(PictureSource source) throws IOException {
    try (PictureReader reader = PictureReader.open(source, MAX_PIXELS)) {
      return read(reader, source.where());
    }
  }

  private static Picture read(PictureReader reader, String where) throws IOException {
    PictureLayout layout = reader.layout();
    DecodeErrors.requireMemory(layout.pixels() * layout.channels(), where);
    return DecodeErrors.guarded(where, () -> read(reader, layout));
  }

  private static Picture read(PictureReader reader, PictureLayout layout) throws IOException {
    byte[] samples = new byte[Math.toIntExact(layout.pixels() * layout.channels())];
    Picture picture = new Picture(layout.width(), layout.height(), layout.channels(), samples);
    if (layout.depth() == 8) {
      reader.read(Rows.of(picture), 0, layout.height());
      return picture;
    }
    int length = layout.width() * layout.channels();
    Rows band = new Rows(Math.min(layout.height(), Math.max(1, BAND_SAMPLES / length)), layout);
    for (int y = 0; y < layout.height(); y += band.count()) {
      int rows = Math.min(band.count(), layout.height() - y);
      reader.read(band, 0, rows);
      for (int i = 0; i < rows * length; i++) {
        samples[y * length + i] = (byte) (((band.shorts()[i] & 0xffff) * 255 + 32767) / 65535);
      }
    }
    return picture;
  }

  /**
   * Writes a picture in the format of the file's name, with {@link WriteOptions#DEFAULTS}. The file
   * appears whole or not at all.
   *
   * @throws InvalidInputException if the name has another ending, the format can't hold the
   *     picture, or the location isn't writable
   */
  public static void write(Path file, Picture picture) throws IOException {
    PictureFormat format =
        PictureFormat.ofName(file)
            .filter(PictureFormat::isWritten)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        file.toString(),
                        "a name that ends in .png, .jpg, .bmp, .tif, .webp or .pnm",
                        "." + PictureFormat.endingOf(file)));
    PictureLayout layout = PictureLayout.of(picture);
    try (PictureWriter writer =
        PictureWriter.create(file, format, layout, Metadata.NONE, WriteOptions.DEFAULTS)) {
      writer.write(Rows.of(picture), 0, layout.height());
      writer.commit();
    }
  }

  /** Encodes a picture as a PNG file. */
  public static byte[] png(Picture picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PictureLayout layout = PictureLayout.of(picture);
    try (PictureWriter writer =
        PictureWriter.create(
            bytes, "PNG", PictureFormat.PNG, layout, Metadata.NONE, WriteOptions.DEFAULTS)) {
      writer.write(Rows.of(picture), 0, layout.height());
      writer.commit();
    }
    return bytes.toByteArray();
  }
}

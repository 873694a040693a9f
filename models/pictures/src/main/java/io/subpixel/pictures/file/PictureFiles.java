package io.subpixel.pictures.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.files.Listing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whole pictures of 8 bits in one call: {@link PictureReader} and {@link PictureWriter} without
 * what travels beside the samples.
 *
 * @since 0.1
 */
public final class PictureFiles {
  /** Pictures of more pixels are refused by their header, before anything is decoded. */
  public static final long MAX_PIXELS = PictureReader.MAX_PIXELS;

  private static final int BAND_SAMPLES = 1 << 20;

  private PictureFiles() {}

  /** Whether a file's name ends like a picture's that can be read. */
  public static boolean isPicture(Path file) {
    return PictureFormat.ofName(file).isPresent();
  }

  /** Whether a file's name ends like a picture's that can be written. */
  public static boolean isWritable(Path file) {
    return PictureFormat.ofName(file).filter(PictureFormat::isWritten).isPresent();
  }

  /**
   * The picture files of a folder and of those below it, by path, in the order of their names.
   * Links are followed, hidden files left out.
   *
   * @throws InvalidInputException if it is no folder, can't be read or holds no picture
   */
  public static List<Path> list(Path folder) throws IOException {
    return list(folder, Integer.MAX_VALUE, file -> false);
  }

  /**
   * As above, with files of another kind among them.
   *
   * @param depth how far down: of 1, the folder's own files alone
   * @param also whether a file that is no picture by its name belongs to them
   */
  public static List<Path> list(Path folder, int depth, Predicate<Path> also) throws IOException {
    return listing(folder, depth, also).filesOrFailure();
  }

  /**
   * As above, with what else is there, and with the links and folders that lead nowhere.
   *
   * @throws InvalidInputException if it is no folder, can't be read or holds none of them
   */
  public static Listing listing(Path folder, int depth, Predicate<Path> also) throws IOException {
    Listing listing = Listing.of(folder, depth, also.or(PictureFiles::isPicture), file -> true);
    if (listing.files().isEmpty()) {
      String others = listing.othersInWords();
      throw new InvalidInputException(
          folder.toString(),
          "a folder of pictures (" + Codecs.NAMES + ")",
          others.isEmpty() ? "none in it" : "none in it, but " + others);
    }
    return listing;
  }

  /**
   * Reads a picture by its content, whatever its name, as {@link PictureReader} does; samples of 16
   * bits become 8, rounded.
   *
   * @throws InvalidInputException if the file is absent, no picture of a known format, broken, cut
   *     short or of more than {@link #MAX_PIXELS} pixels
   * @throws IOException if it can't be read
   */
  public static Picture read(Path file) throws IOException {
    try (PictureReader reader = PictureReader.open(file, MAX_PIXELS)) {
      PictureLayout layout = reader.layout();
      DecodeErrors.requireMemory(layout.pixels() * layout.channels(), file.toString());
      return DecodeErrors.guarded(file.toString(), () -> read(reader, layout));
    }
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
   * Writes a picture in the format of the file's name, with {@link WriteOptions#DEFAULTS}. Either
   * the whole file is there afterwards, or none.
   *
   * @throws InvalidInputException if the name ends otherwise, the format can't hold the picture, or
   *     the place can't be written to
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

  /** The bytes of a PNG file of a picture. */
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

package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The destination of an upscaled picture, which appears whole or not at all.
 *
 * @since 0.1
 */
public final class PictureOutput {
  private final String name;
  private final boolean isFile;
  private final Optional<PictureFormat> named;
  private final Creation creation;

  private PictureOutput(
      String name, boolean isFile, Optional<PictureFormat> named, Creation creation) {
    this.name = name;
    this.isFile = isFile;
    this.named = named;
    this.creation = creation;
  }

  @FunctionalInterface
  private interface Creation {
    PictureWriter create(
        PictureFormat format, PictureLayout layout, Metadata metadata, WriteOptions options)
        throws IOException;
  }

  /**
   * Creates an output to a file. Its folders are created; an existing file is replaced when the new
   * one is complete.
   */
  public static PictureOutput of(Path file) {
    return of(file, file.toString());
  }

  /**
   * Creates an output to a file, as above.
   *
   * @param name its name in messages that don't concern the file itself
   */
  public static PictureOutput of(Path file, String name) {
    return new PictureOutput(
        name,
        true,
        PictureFormat.ofName(file),
        (format, layout, metadata, options) ->
            PictureWriter.create(file, format, layout, metadata, options));
  }

  /**
   * Creates an output to a stream, which receives the whole file at the end and stays open. More
   * than a few megabytes are buffered in a temporary file, unless the stream is a {@link
   * java.io.ByteArrayOutputStream}.
   *
   * @param name its name in messages
   */
  public static PictureOutput of(OutputStream out, String name) {
    return new PictureOutput(
        name,
        false,
        Optional.empty(),
        (format, layout, metadata, options) ->
            PictureWriter.create(out, name, format, layout, metadata, options));
  }

  /**
   * Returns the format to write.
   *
   * @param wanted the format in the options
   * @param read the format of the input
   * @throws InvalidInputException if it is a file whose name has no known ending
   */
  PictureFormat format(Optional<PictureFormat> wanted, PictureFormat read)
      throws InvalidInputException {
    if (isFile && wanted.isEmpty() && named.isEmpty()) {
      throw new InvalidInputException(
          name, "a name that ends like an image's, such as .png", "another");
    }
    return wanted.or(() -> named).orElse(read.isWritten() ? read : PictureFormat.PNG);
  }

  PictureWriter create(
      PictureFormat format, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    return creation.create(format, layout, metadata, options);
  }

  /** Returns its name in messages. */
  @Override
  public String toString() {
    return name;
  }
}

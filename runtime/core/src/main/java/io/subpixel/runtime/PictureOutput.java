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
 * Where an upscaled picture goes: all of it, or nothing.
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
   * A file. Its folders are created; a file that is there is replaced when the new one is whole.
   */
  public static PictureOutput of(Path file) {
    return new PictureOutput(
        file.toString(),
        true,
        PictureFormat.ofName(file),
        (format, layout, metadata, options) ->
            PictureWriter.create(file, format, layout, metadata, options));
  }

  /**
   * A stream, which gets the whole file at once and stays open. What is longer than some megabytes
   * waits in a temporary file, unless the stream is a {@link java.io.ByteArrayOutputStream}.
   *
   * @param name what messages call it
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
   * The format to write.
   *
   * @param wanted what the options say
   * @param read the format of the input
   * @throws InvalidInputException if it is a file whose name says nothing of that
   */
  PictureFormat format(Optional<PictureFormat> wanted, PictureFormat read)
      throws InvalidInputException {
    if (isFile && wanted.isEmpty() && named.isEmpty()) {
      throw new InvalidInputException(
          name, "a name that ends like a picture's, such as .png", "another");
    }
    return wanted.or(() -> named).orElse(read.isWritten() ? read : PictureFormat.PNG);
  }

  PictureWriter create(
      PictureFormat format, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    return creation.create(format, layout, metadata, options);
  }

  /** What messages call it. */
  @Override
  public String toString() {
    return name;
  }
}

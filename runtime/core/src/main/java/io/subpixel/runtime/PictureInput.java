package io.subpixel.runtime;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An encoded picture to upscale: a file, bytes or a stream. Its content determines the format.
 *
 * @since 0.1
 */
public final class PictureInput {
  private final String name;
  private final Optional<PictureFormat> named;
  private final Opening opening;

  private PictureInput(String name, Optional<PictureFormat> named, Opening opening) {
    this.name = name;
    this.named = named;
    this.opening = opening;
  }

  @FunctionalInterface
  private interface Opening {
    PictureReader open(long maxPixels) throws IOException;
  }

  /** A file. */
  public static PictureInput of(Path file) {
    return new PictureInput(
        file.toString(),
        PictureFormat.ofName(file),
        maxPixels -> PictureReader.open(file, maxPixels));
  }

  /**
   * One page of a file of several, such as a TIFF.
   *
   * @param page from 1
   */
  public static PictureInput of(Path file, int page) {
    PictureSource source = PictureSource.of(file, file.toString()).withPage(page);
    return new PictureInput(
        source.where(),
        PictureFormat.ofName(file),
        maxPixels -> PictureReader.open(source, maxPixels));
  }

  /**
   * Creates an input of a file whose path isn't shown.
   *
   * @param name its name in messages
   */
  public static PictureInput of(Path file, String name) {
    return new PictureInput(
        name,
        Optional.empty(),
        maxPixels -> PictureReader.open(PictureSource.of(file, name), maxPixels));
  }

  /**
   * Creates an input of a file's bytes. They aren't copied, so don't change them until the call has
   * ended.
   */
  public static PictureInput of(byte[] file) {
    String name = "picture";
    return new PictureInput(
        name,
        Optional.empty(),
        maxPixels -> PictureReader.open(PictureSource.of(file, name), maxPixels));
  }

  /** Creates an input of bytes that can be opened several times, wherever they are. */
  public static PictureInput of(PictureSource source) {
    return new PictureInput(
        source.where(), Optional.empty(), maxPixels -> PictureReader.open(source, maxPixels));
  }

  /**
   * Creates an input of a stream, which is read to its end and stays open. More than a few
   * megabytes are buffered in a temporary file. For one call.
   *
   * @param name its name in messages
   */
  public static PictureInput of(InputStream in, String name) {
    return new PictureInput(
        name, Optional.empty(), maxPixels -> PictureReader.open(in, name, maxPixels));
  }

  PictureReader open(long maxPixels) throws IOException {
    return opening.open(maxPixels);
  }

  /** Returns the format of the name's ending. */
  Optional<PictureFormat> named() {
    return named;
  }

  /** Returns its name in messages. */
  @Override
  public String toString() {
    return name;
  }
}

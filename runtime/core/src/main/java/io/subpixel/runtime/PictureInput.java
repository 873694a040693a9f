package io.subpixel.runtime;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An encoded picture to upscale, wherever its bytes are. Its content says what format it has.
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

  /** The bytes of a file, which aren't copied: leave them alone until the call has ended. */
  public static PictureInput of(byte[] file) {
    String name = "picture";
    return new PictureInput(
        name,
        Optional.empty(),
        maxPixels -> PictureReader.open(PictureSource.of(file, name), maxPixels));
  }

  /**
   * A stream, which is read to its end and stays open. What is longer than some megabytes waits in
   * a temporary file. For one call.
   *
   * @param name what messages call it
   */
  public static PictureInput of(InputStream in, String name) {
    return new PictureInput(
        name, Optional.empty(), maxPixels -> PictureReader.open(in, name, maxPixels));
  }

  PictureReader open(long maxPixels) throws IOException {
    return opening.open(maxPixels);
  }

  /** The format that its name ends in. */
  Optional<PictureFormat> named() {
    return named;
  }

  /** What messages call it. */
  @Override
  public String toString() {
    return name;
  }
}

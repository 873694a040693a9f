package io.subpixel.pictures.file;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureFormat;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The codecs on the class path. */
final class Codecs {
  private static final List<PictureCodec> ALL =
      ServiceLoader.load(PictureCodec.class, PictureCodec.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  /** The formats that can be read, for messages. */
  static final String NAMES =
      ALL.stream().map(codec -> codec.format().toString()).collect(Collectors.joining(", "));

  private Codecs() {}

  /** Finds the codec of a file that starts with {@code start}. */
  static Optional<PictureCodec> of(byte[] start) {
    return ALL.stream().filter(codec -> codec.recognises(start)).findFirst();
  }

  /**
   * The codec of a format.
   *
   * @throws UnavailableException if no library on the class path has it
   */
  static PictureCodec of(PictureFormat format) {
    return ALL.stream()
        .filter(codec -> codec.format() == format)
        .findFirst()
        .orElseThrow(
            () ->
                new UnavailableException(
                    format + ": expected a library that reads and writes it, received none"));
  }
}

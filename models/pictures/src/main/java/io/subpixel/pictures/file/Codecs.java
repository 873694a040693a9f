package io.subpixel.pictures.file;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureFormat;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The codecs on the class path. */
final class Codecs {
  private static final List<PictureCodec> ALL =
      ServiceLoader.load(PictureCodec.class, PictureCodec.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(PictureCodec::format))
          .toList();

  /** The formats that can be read, for messages. */
  static final String NAMES =
      ALL.stream().map(codec -> codec.format().toString()).collect(Collectors.joining(", "));

  private static final Pattern AVIF = Pattern.compile("(?s).{4}ftypavi[fs]");
  private static final Pattern HEIC = Pattern.compile("(?s).{4}ftyp(mif|msf|hei|hev)");
  private static final Pattern JPEG_2000 = Pattern.compile("(?s).{4}jP  |\\xff\\x4f\\xff\\x51");

  private static final Pattern OPEN_EXR = Pattern.compile("\\x76\\x2f\\x31\\x01");

  /** Formats that people try and no codec reads. */
  private static final Map<Pattern, String> UNREAD =
      Map.of(
          Pattern.compile("(?s)\\xff\\x0a|.{4}JXL "), "JPEG XL",
          Pattern.compile("8BPS"), "a Photoshop document",
          Pattern.compile("%PDF"), "a PDF");

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
                    format
                        + ": expected a library that reads it (subpixel-runtime-video), received"
                        + " none"));
  }

  /**
   * Says which library is missing for a file that no codec here recognises.
   *
   * @throws UnavailableException if it begins like one of a format that lives elsewhere
   */
  static void requireLibrary(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (AVIF.matcher(text).lookingAt()) {
      of(PictureFormat.AVIF);
    } else if (HEIC.matcher(text).lookingAt()) {
      of(PictureFormat.HEIC);
    } else if (JPEG_2000.matcher(text).lookingAt()) {
      of(PictureFormat.JPEG_2000);
    } else if (OPEN_EXR.matcher(text).lookingAt()) {
      of(PictureFormat.OPEN_EXR);
    }
  }

  /** What a file that no codec recognises begins like, for messages. */
  static String unread(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return UNREAD.entrySet().stream()
        .filter(each -> each.getKey().matcher(text).lookingAt())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("something else");
  }

  /** The formats that are written and fit, for messages. */
  static String names(Predicate<PictureFormat> fit) {
    return ALL.stream()
        .map(PictureCodec::format)
        .filter(PictureFormat::isWritten)
        .filter(fit)
        .map(PictureFormat::toString)
        .collect(Collectors.joining(", "));
  }
}

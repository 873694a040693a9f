package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_iterate;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** What all that touches FFmpeg shares. */
final class Natives {
  /** Frees what a consumer that stopped early left behind. */
  static final Cleaner CLEANER = Cleaner.create();

  private Natives() {}

  /** What goes wrong is thrown, not printed. */
  static void silence() {
    av_log_set_level(AV_LOG_QUIET);
  }

  /** FFmpeg's words for one of its error codes. */
  static String message(int code) {
    byte[] text = new byte[256];
    av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * Throws if something failed.
   *
   * @param what what messages call it: a file that is written has a hidden name until it is whole
   * @param code what FFmpeg returned
   */
  static void check(Path what, int code) throws IOException {
    if (code < 0) {
      throw failure(what, code);
    }
  }

  /** A failure in FFmpeg's words. */
  static IOException failure(Path what, int code) {
    return new IOException(what + ": " + message(code));
  }

  /** A path as FFmpeg takes it: never for another protocol, whatever its name looks like. */
  static String url(Path file) {
    return "file:" + file.toAbsolutePath();
  }

  static Ratio ratio(AVRational rational) {
    return new Ratio(rational.num(), Math.max(1, rational.den()));
  }

  static AVRational rational(Ratio ratio) {
    return new AVRational().num(ratio.numerator()).den(ratio.denominator());
  }

  static String text(@Nullable BytePointer text) {
    return text == null || text.isNull() ? "unknown" : text.getString(StandardCharsets.UTF_8);
  }

  /** The keys of a dictionary. */
  static List<String> keys(@Nullable AVDictionary dictionary) {
    List<String> keys = new ArrayList<>();
    AVDictionaryEntry entry = av_dict_iterate(dictionary, null);
    while (entry != null) {
      keys.add(text(entry.key()));
      entry = av_dict_iterate(dictionary, entry);
    }
    return keys;
  }
}

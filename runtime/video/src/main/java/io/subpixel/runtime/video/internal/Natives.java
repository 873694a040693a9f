package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_iterate;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;
import static org.bytedeco.ffmpeg.global.avutil.avutil_license;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Shared helpers for FFmpeg. */
public final class Natives {
  /** Frees what a consumer that stopped early didn't close. */
  static final Cleaner CLEANER = Cleaner.create();

  private Natives() {}

  /** Silences FFmpeg's log, as failures are thrown. */
  public static void silence() {
    av_log_set_level(AV_LOG_QUIET);
  }

  /** Returns FFmpeg's version. */
  public static String version() {
    return av_version_info().getString();
  }

  /** Returns FFmpeg's licence, which depends on how it was built. */
  public static String licence() {
    return avutil_license().getString();
  }

  /** Returns FFmpeg's message for an error code. */
  public static String message(int code) {
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
   * @param what the name in messages, as an incomplete file has a hidden name
   * @param code what FFmpeg returned
   */
  static void check(Path what, int code) throws IOException {
    if (code < 0) {
      throw failure(what, code);
    }
  }

  /** Creates a failure with FFmpeg's message. */
  static IOException failure(Path what, int code) {
    return new IOException(what + ": " + message(code));
  }

  /** Returns a path in FFmpeg's syntax, which is never taken for another protocol. */
  static String url(Path file) {
    return "file:" + file.toAbsolutePath();
  }

  static Ratio ratio(AVRational rational) {
    return new Ratio(rational.num(), Math.max(1, rational.den()));
  }

  public static AVRational rational(Ratio ratio) {
    return new AVRational().num(ratio.numerator()).den(ratio.denominator());
  }

  static String text(@Nullable BytePointer text) {
    return text == null || text.isNull() ? "unknown" : text.getString(StandardCharsets.UTF_8);
  }

  /** Returns the keys of a dictionary. */
  static List<String> keys(@Nullable AVDictionary dictionary) {
    List<String> keys = new ArrayList<>();
    AVDictionaryEntry entry = av_dict_iterate(dictionary, null);
    while (entry != null) {
      keys.add(text(entry.key()));
      entry = av_dict_iterate(dictionary, entry);
    }
    return keys;
  }

  /** Copies a dictionary without some of its keys. */
  static AVDictionary copy(@Nullable AVDictionary from, Predicate<String> without) {
    AVDictionary to = new AVDictionary(null);
    av_dict_copy(to, from, 0);
    keys(from).stream().filter(without).forEach(key -> av_dict_set(to, key, (String) null, 0));
    return to;
  }

  /** Copies a chapter with other times; freed with the container that it is put into. */
  static AVChapter chapter(AVChapter from, long start, long end) {
    AVChapter to = new AVChapter(av_mallocz(Pointer.sizeof(AVChapter.class)));
    to.id(from.id());
    to.time_base(from.time_base());
    to.start(start);
    to.end(end);
    to.metadata(copy(from.metadata(), key -> false));
    return to;
  }

  /** Puts chapters into a container without any, which frees them. */
  static void put(List<AVChapter> chapters, AVFormatContext into) {
    if (chapters.isEmpty()) {
      return;
    }
    // Freed with the context, like FFmpeg's own.
    PointerPointer<AVChapter> list =
        new PointerPointer<>(av_mallocz((long) chapters.size() * Long.BYTES));
    for (int i = 0; i < chapters.size(); i++) {
      list.put(i, chapters.get(i));
    }
    into.chapters(list);
    into.nb_chapters(chapters.size());
  }
}

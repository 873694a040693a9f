package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A codec for encoding clips, with options for fast encoders of good quality. Default qualities are
 * visually lossless.
 */
// The lists are unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
enum ClipCodec {
  /** OpenH264 has a constant quality only as equal bounds of the quantiser. */
  H264(1, 51, 20, "libx264", "libopenh264"),
  HEVC(1, 51, 20, "libx265"),
  VP9(0, 63, 20, "libvpx-vp9"),
  /** SVT-AV1 is faster, libaom supports all depths and subsamplings. */
  AV1(1, 63, 20, "libsvtav1", "libaom-av1"),
  MPEG4(1, 31, 2, "mpeg4"),
  /** By default its quality is that of the profile. */
  PRORES(1, 31, 0, "prores_ks"),
  /** Motion JPEG, always full-range. */
  MJPEG(1, 31, 2, "mjpeg"),
  FFV1(0, 0, 0, "ffv1"),
  RAWVIDEO(0, 0, 0, "rawvideo"),
  PNG(0, 0, 0, "png"),
  GIF(0, 0, 0, "gif"),
  APNG(0, 0, 0, "apng"),
  /** Its quality is 100 minus libwebp's. */
  WEBP(0, 100, 10, "libwebp_anim");

  /** The presets of x264 and x265. */
  private static final List<String> PRESETS =
      List.of(
          "ultrafast",
          "superfast",
          "veryfast",
          "faster",
          "fast",
          "medium",
          "slow",
          "slower",
          "veryslow",
          "placebo");

  private static final List<String> TUNES =
      List.of("film", "animation", "grain", "stillimage", "psnr", "ssim", "fastdecode");

  /** SVT-AV1's slowest and fastest. */
  private static final int MAX_AV1_PRESET = 13;

  /** GIF and its players don't support frames less than 20 ms apart. */
  private static final String SPACED =
      ",select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.0195)'";

  /** The format's limit. */
  static final int MAX_WEBP_SIDE = 16383;

  private static final String SCALER = FilterGraph.SCALER;

  private final int best;
  private final int worst;
  private final int usual;
  private final List<String> encoders;

  ClipCodec(int best, int worst, int usual, String... encoders) {
    this.best = best;
    this.worst = worst;
    this.usual = usual;
    this.encoders = List.of(encoders);
  }

  /** Returns FFmpeg's encoders, the preferred first. */
  List<String> encoders() {
    return encoders;
  }

  /**
   * Returns FFmpeg's encoders on graphics cards that take frames in main memory, the preferred
   * first.
   */
  List<String> hardware() {
    return switch (this) {
      case H264 -> List.of("h264_nvenc", "h264_qsv", "h264_amf", "h264_videotoolbox");
      case HEVC -> List.of("hevc_nvenc", "hevc_qsv", "hevc_amf", "hevc_videotoolbox");
      case AV1 -> List.of("av1_nvenc", "av1_qsv", "av1_amf");
      case VP9 -> List.of("vp9_qsv");
      default -> List.of();
    };
  }

  /** Returns the codec of an encoder on a graphics card; null if it is none of these. */
  static @Nullable ClipCodec ofHardware(String encoder) {
    return Arrays.stream(values())
        .filter(each -> each.hardware().contains(encoder))
        .findFirst()
        .orElse(null);
  }

  /** Returns the minimum columns and rows of one of its encoders, which were found by trial. */
  static int minSide(String encoder) {
    return switch (encoder) {
      case "libopenh264" -> 16;
      case "libsvtav1", "ffv1" -> 4;
      default -> 1;
    };
  }

  /** Returns the codec of a name; null if there is none. */
  static @Nullable ClipCodec of(String name) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Returns the codec of one of FFmpeg's encoders; null if it isn't known here. */
  static @Nullable ClipCodec ofEncoder(String encoder) {
    return Arrays.stream(values())
        .filter(each -> each.encoders.contains(encoder))
        .findFirst()
        .orElse(null);
  }

  /** Returns whether its frames are RGB, or converted to it. */
  boolean isRgb() {
    return this == PNG || this == GIF || this == APNG || this == WEBP;
  }

  /** Returns whether its encoders reject frames of a format for their odd size. */
  boolean needsEven(FrameFormat format) {
    return (this == H264 || this == HEVC)
        && ((format.width() % 2 != 0 && format.log2ChromaWidth() == 1)
            || (format.height() % 2 != 0 && format.log2ChromaHeight() == 1)
            || (format.planes() == 1 && (format.width() | format.height()) % 2 != 0));
  }

  /**
   * Returns FFmpeg's filters that convert frames to what its encoder accepts and players expect;
   * null if none are needed.
   *
   * @param shown the size of the frames if samples were square
   * @param wider whether they may get more bits or chroma than they have
   * @param cropped whether they may lose a column and a row if the encoder requires even sizes
   */
  @Nullable String conversion(FrameFormat format, FrameSize shown, boolean wider, boolean cropped) {
    if (cropped && needsEven(format)) {
      FrameFormat even = format.withSize(format.width() & -2, format.height() & -2);
      String converted = conversion(even, shown, wider, false);
      return "crop=%d:%d:0:0".formatted(even.width(), even.height())
          + (converted == null ? "" : "," + converted);
    }
    boolean grey = format.planes() == 1;
    boolean deep = format.depth() > 8;
    boolean alpha = format.hasAlpha();
    String pixels = PixelFormat.name(PixelFormat.planar(format));
    String range = format.studio() ? "tv" : "pc";
    return switch (this) {
      case PNG ->
          toRgb(
              grey
                  ? deep ? "gray16be" : "gray"
                  : (alpha ? "rgba" : "rgb")
                      + (deep ? alpha ? "64be" : "48be" : alpha ? "" : "24"));
      case GIF ->
          toRgb(alpha ? "rgba" : "rgb24", shown)
              + SPACED
              + ",split[a][b];[a]palettegen=stats_mode=single[palette];"
              + "[b][palette]paletteuse=new=1";
      case APNG -> toRgb(alpha ? "rgba" : "rgb24", shown);
      case WEBP -> toRgb("bgra", shown);
      case PRORES -> {
        String taken =
            (alpha ? "yuva444" : grey || format.log2ChromaWidth() == 1 ? "yuv422" : "yuv444")
                + "p10le";
        boolean same = pixels.equals(taken);
        yield (same || wider) && !(same && format.studio()) ? toYuv(taken, "tv") : null;
      }
      case MJPEG -> deep || grey || alpha || !format.studio() ? null : toYuv(pixels, "pc");
      case H264, HEVC, MPEG4 -> wider && grey && !deep ? toYuv("yuv420p", "tv") : null;
      // With alpha it supports no more chroma, although it claims to, and no more bits.
      case VP9 -> wider && alpha ? toYuv("yuva420p", range) : null;
      // Few programs support 12 bits with alpha.
      case FFV1 ->
          alpha && format.depth() == 12 ? toYuv(pixels.replace("12le", "16le"), range) : null;
      case AV1, RAWVIDEO -> null;
    };
  }

  /** Returns a filter to RGB by the frames' own matrix and range, with bicubic chroma. */
  static String toRgb(String pixels) {
    return SCALER + ",format=" + pixels;
  }

  private static String toRgb(String pixels, FrameSize size) {
    return "%s:w=%d:h=%d,format=%s".formatted(SCALER, size.width(), size.height(), pixels);
  }

  private static String toYuv(String pixels, String range) {
    return SCALER + ":out_range=" + range + ",format=" + pixels;
  }

  /** Checks a rate: returns what was expected, or null if it is valid. */
  @Nullable String fault(OptionalInt quality, OptionalLong bitRate) {
    if (worst == 0 && (quality.isPresent() || bitRate.isPresent())) {
      return this == GIF
          ? "no quality and no bit rate for gif"
          : "no quality and no bit rate, as " + this + " loses nothing";
    }
    if (this == WEBP && bitRate.isPresent()) {
      return "a quality, not a bit rate, for webp";
    }
    if (quality.isPresent() && (quality.getAsInt() < best || quality.getAsInt() > worst)) {
      return "a quality of " + best + " (best) to " + worst + " for " + this;
    }
    return null;
  }

  /** Checks a preset: returns what was expected, or null if it is valid. */
  static @Nullable String presetFault(String encoder, String preset) {
    return switch (encoder) {
      case "libx264", "libx265" ->
          PRESETS.contains(preset) ? null : "a preset of " + String.join(", ", PRESETS);
      case "libsvtav1" ->
          isUpTo(preset, MAX_AV1_PRESET) ? null : "a preset of 0 (slowest) to " + MAX_AV1_PRESET;
      default ->
          ofEncoder(encoder) == null ? null : "an encoder with presets, as x264, x265 and SVT-AV1";
    };
  }

  private static boolean isUpTo(String number, int most) {
    return number.matches("\\d{1,2}") && Integer.parseInt(number) <= most;
  }

  /** Checks a tuning: returns what was expected, or null if it is valid. */
  static @Nullable String tuneFault(String encoder, String tune) {
    return switch (encoder) {
      case "libx264" -> TUNES.contains(tune) ? null : "a tuning of " + String.join(", ", TUNES);
      case "libx265" ->
          TUNES.contains(tune) && !tune.equals("film") && !tune.equals("stillimage")
              ? null
              : "a tuning of animation, grain, psnr, ssim, fastdecode";
      default -> ofEncoder(encoder) == null ? null : "an encoder with tunings, as x264 and x265";
    };
  }

  /** Returns whether an encoder gains from a first pass that gathers statistics. */
  static boolean hasTwoPasses(String encoder) {
    return encoder.equals("libx264") || encoder.equals("libx265");
  }

  /**
   * Returns whether it is a default for frames of a format. Few devices play H.264 of other
   * formats, which x264 encodes.
   */
  boolean isUsual(FrameFormat format) {
    return this != H264
        || (format.depth() == 8
            && (format.planes() == 1
                || (format.log2ChromaWidth() == 1 && format.log2ChromaHeight() == 1)));
  }

  /** Returns options of an encoder, by FFmpeg's names. */
  Map<String, String> options(String encoder, ClipEncoding encoding) {
    Map<String, String> options = new LinkedHashMap<>();
    OptionalInt quality = encoding.quality();
    OptionalLong bitRate = encoding.bitRate();
    String rate = Long.toString(bitRate.orElse(0));
    String level = Integer.toString(quality.orElse(usual));
    if (encoder.equals("libx264") || encoder.equals("libx265")) {
      options.put("preset", "veryfast");
      if (bitRate.isEmpty()) {
        options.put("crf", level);
      }
    }
    ClipEncoding.Pass pass = encoding.pass();
    if (pass != null && hasTwoPasses(encoder)) {
      options.put(encoder.equals("libx264") ? "stats" : "x265-stats", pass.statistics().toString());
    }
    switch (this) {
      // It has a log of its own.
      case HEVC -> options.put("x265-params", "log-level=none");
      case H264 -> {
        if (encoder.equals("libx264")) {
          break;
        }
        options.put("profile", "high");
        if (bitRate.isPresent()) {
          options.put("rc_mode", "bitrate");
        } else {
          options.put("qmin", level);
          options.put("qmax", level);
        }
      }
      case VP9 -> {
        options.put("deadline", "realtime");
        options.put("cpu-used", "8");
        options.put("row-mt", "1");
        options.put("tile-columns", "2");
        // With alternate references it would drop alpha; realtime mode doesn't use them.
        options.put("auto-alt-ref", "0");
        if (bitRate.isEmpty()) {
          options.put("crf", level);
        }
      }
      case AV1 -> {
        if (encoder.equals("libsvtav1")) {
          options.put("preset", "9");
        } else {
          options.put("usage", "realtime");
          options.put("cpu-used", "8");
          options.put("row-mt", "1");
        }
        if (bitRate.isEmpty()) {
          options.put("crf", level);
        }
      }
      case MPEG4, MJPEG, PRORES -> {
        if (bitRate.isEmpty() && (this != PRORES || quality.isPresent())) {
          options.put("flags", "+qscale");
          options.put("global_quality", Integer.toString(quality.orElse(usual) * FF_QP2LAMBDA));
        }
      }
      case FFV1 -> {
        options.put("level", "3");
        options.put("g", "1");
        options.put("slicecrc", "1");
      }
      case WEBP -> options.put("quality", Integer.toString(100 - quality.orElse(usual)));
      case RAWVIDEO, PNG, GIF, APNG -> {}
    }
    if (encoding.preset() != null) {
      options.put("preset", encoding.preset());
    }
    if (encoding.tune() != null) {
      options.put("tune", encoding.tune());
    }
    if (bitRate.isPresent()) {
      options.put("b", rate);
    } else if (this == VP9 || this == AV1) {
      // Otherwise the quality only bounds a default bit rate.
      options.put("b", "0");
    }
    return options;
  }

  /** Returns the name as users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

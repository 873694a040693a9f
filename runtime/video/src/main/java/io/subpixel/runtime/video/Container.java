package io.subpixel.runtime.video;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A kind of file that clips are written to. */
// The lists are unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
enum Container {
  MP4("mp4", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1),
  MKV("matroska", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1),
  WEBM("webm", ClipCodec.VP9, ClipCodec.AV1),
  MOV("mov", ClipCodec.H264, ClipCodec.PRORES),
  AVI("avi", ClipCodec.H264, ClipCodec.MPEG4),
  Y4M("yuv4mpegpipe", ClipCodec.RAWVIDEO);

  private final String muxer;
  private final List<ClipCodec> codecs;

  Container(String muxer, ClipCodec... codecs) {
    this.muxer = muxer;
    this.codecs = List.of(codecs);
  }

  /** By the ending of a file's name; null if it is none of these. */
  static @Nullable Container of(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(ending))
        .findFirst()
        .orElse(null);
  }

  /** All endings, for messages. */
  static String endings() {
    return Arrays.stream(values()).map(each -> "." + each).collect(Collectors.joining(", "));
  }

  /** FFmpeg's name. */
  String muxer() {
    return muxer;
  }

  /** What is tried where no codec is asked for: the first that holds the frames. */
  List<ClipCodec> codecs() {
    return codecs;
  }

  /** Whether timestamps are but the frames' numbers, so that the frame rate must be constant. */
  boolean isCounted() {
    return this == AVI || this == Y4M;
  }

  boolean isQuickTime() {
    return this == MP4 || this == MOV;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_GIF;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_RAWVIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_TRUEHD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VORBIS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBP;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_type;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_tag;
import static org.bytedeco.ffmpeg.global.avformat.avformat_get_riff_audio_tags;
import static org.bytedeco.ffmpeg.global.avformat.avformat_query_codec;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avformat.AVCodecTag;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A kind of file that clips are written to. */
// The lists are unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
enum Container {
  MP4("mp4", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1),
  MKV("matroska", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1, ClipCodec.FFV1),
  WEBM("webm", ClipCodec.VP9, ClipCodec.AV1),
  MOV("mov", ClipCodec.H264, ClipCodec.PRORES),
  AVI("avi", ClipCodec.H264, ClipCodec.MPEG4, ClipCodec.MJPEG),
  Y4M("yuv4mpegpipe", ClipCodec.RAWVIDEO),
  /** A file a frame. */
  PNG("image2", ClipCodec.PNG),
  GIF("gif", ClipCodec.GIF),
  WEBP("webp", ClipCodec.WEBP);

  /** The place of a frame's number in the name of its file. */
  private static final Pattern NUMBER = Pattern.compile("%(0[1-9])?d");

  /** What FFmpeg adds to the name of a sequence's file until it is whole. */
  static final String PART_ENDING = ".tmp";

  private static final Set<Integer> OF_MP4_ALONE =
      Set.of(
          AV_CODEC_ID_AV1, AV_CODEC_ID_FLAC, AV_CODEC_ID_OPUS, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_VP9);

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
        .filter(each -> !each.isSequence() || isPattern(name))
        .findFirst()
        .orElse(null);
  }

  /** Whether a name has one place for a number, and no other percent sign. */
  private static boolean isPattern(String name) {
    Matcher place = NUMBER.matcher(name);
    return place.find() && place.replaceFirst("").indexOf('%') < 0;
  }

  /** The file of a sequence's frame, counted from 1. */
  static Path frame(Path pattern, long number) {
    Matcher place = NUMBER.matcher(String.valueOf(pattern.getFileName()));
    return pattern.resolveSibling(
        place.replaceFirst(each -> String.format(Locale.ROOT, each.group(), number)));
  }

  /** A path as the muxer takes it. */
  String url(Path file) {
    if (!isSequence()) {
      return Natives.url(file);
    }
    String name = String.valueOf(file.getFileName());
    String whole = Natives.url(file);
    // In a folder's name, percent signs stand for themselves.
    return whole.substring(0, whole.length() - name.length()).replace("%", "%%") + name;
  }

  /**
   * What the muxer is told.
   *
   * @param done frames that are there already
   */
  Map<String, String> options(long done) {
    return switch (this) {
      case PNG -> Map.of("atomic_writing", "1", "start_number", Long.toString(done + 1));
      // For ever, as GIF does by default.
      case WEBP -> Map.of("loop", "0");
      default -> Map.of();
    };
  }

  /** Whether what comes out of an encoder may be put into it. */
  boolean holds(AVOutputFormat format, int codec) {
    return switch (this) {
      case Y4M -> codec == AV_CODEC_ID_RAWVIDEO;
      case PNG -> codec == AV_CODEC_ID_PNG;
      case GIF -> codec == AV_CODEC_ID_GIF;
      case WEBP -> codec == AV_CODEC_ID_WEBP;
      // Sound of Windows has no name of Matroska's, but one of RIFF's that all understand.
      case MKV ->
          avformat_query_codec(format, codec, 0) == 1
              || (avcodec_get_type(codec) == AVMEDIA_TYPE_AUDIO && isOfRiff(codec));
      // The muxer is more modest than it says.
      case MOV -> !OF_MP4_ALONE.contains(codec) && avformat_query_codec(format, codec, 0) == 1;
      case AVI -> codec != AV_CODEC_ID_VORBIS && avformat_query_codec(format, codec, 0) == 1;
      default -> avformat_query_codec(format, codec, 0) == 1;
    };
  }

  private static boolean isOfRiff(int codec) {
    try (PointerPointer<AVCodecTag> tags = new PointerPointer<>(2)) {
      tags.put(0, avformat_get_riff_audio_tags()).put(1, new AVCodecTag(null));
      return av_codec_get_tag(tags, codec) != 0;
    }
  }

  /** All endings, for messages. */
  static String endings() {
    return Arrays.stream(values())
        .map(each -> each.isSequence() ? "%06d.png" : "." + each)
        .collect(Collectors.joining(", "));
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

  /** Whether it is a file a frame, in a place that a pattern names. */
  boolean isSequence() {
    return this == PNG;
  }

  /** Whether its packets are frames that another encoder may go on behind. */
  boolean isJournaled() {
    return !isSequence() && this != GIF && this != WEBP;
  }

  /** Whether it can tell by what shape samples have that aren't square. */
  boolean hasSampleShape() {
    return this != GIF && this != WEBP;
  }

  /** What becomes of frames that are stored on their side, so that they are seen upright. */
  Treatment.Turn turn() {
    return switch (this) {
      case MP4, MOV, MKV, WEBM -> Treatment.Turn.NEVER;
      case AVI, Y4M -> Treatment.Turn.AS_SUBSAMPLED;
      case PNG, GIF, WEBP -> Treatment.Turn.WITH_FULL_CHROMA;
    };
  }

  /** Whether all else that a clip may have has no place in it. */
  boolean isPicturesAlone() {
    return this == Y4M || this == PNG || this == GIF || this == WEBP;
  }

  boolean isMatroska() {
    return this == MKV || this == WEBM;
  }

  boolean isQuickTime() {
    return this == MP4 || this == MOV;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_APNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_GIF;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
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

/** An output container. */
// The lists are unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
enum Container {
  MP4("mp4", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1),
  MKV("matroska", ClipCodec.H264, ClipCodec.VP9, ClipCodec.AV1, ClipCodec.FFV1),
  WEBM("webm", ClipCodec.VP9, ClipCodec.AV1),
  MOV("mov", ClipCodec.H264, ClipCodec.PRORES),
  AVI("avi", ClipCodec.H264, ClipCodec.MPEG4, ClipCodec.MJPEG),
  Y4M("yuv4mpegpipe", ClipCodec.RAWVIDEO),
  /** One file per frame. */
  PNG("image2", ClipCodec.PNG),
  GIF("gif", ClipCodec.GIF),
  APNG("apng", ClipCodec.APNG),
  WEBP("webp", ClipCodec.WEBP);

  /** The pattern for a frame's number in a file name. */
  static final Pattern NUMBER = Pattern.compile("%(0[1-9])?d");

  /** The ending of a sequence's file while FFmpeg writes it. */
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

  /** Returns the container of a file's ending; null if it is none of these. */
  static @Nullable Container of(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(ending))
        .filter(each -> !each.isSequence() || isPattern(name))
        .findFirst()
        .orElse(null);
  }

  /** Returns whether a name has one number pattern, and no other percent sign. */
  static boolean isPattern(String name) {
    Matcher place = NUMBER.matcher(name);
    return place.find() && place.replaceFirst("").indexOf('%') < 0;
  }

  /** Returns the file of a sequence's frame, counted from 1. */
  static Path frame(Path pattern, long number) {
    Matcher place = NUMBER.matcher(String.valueOf(pattern.getFileName()));
    return pattern.resolveSibling(
        place.replaceFirst(each -> String.format(Locale.ROOT, each.group(), number)));
  }

  /** Returns a path in the muxer's syntax. */
  String url(Path file) {
    if (!isSequence()) {
      return Natives.url(file);
    }
    String name = String.valueOf(file.getFileName());
    String whole = Natives.url(file);
    // In a folder's name, percent signs are literal.
    return whole.substring(0, whole.length() - name.length()).replace("%", "%%") + name;
  }

  /**
   * Returns options of the muxer.
   *
   * @param done frames that exist already
   * @param plays how often an animated picture plays; 0 for endlessly
   */
  Map<String, String> options(long done, int plays) {
    return switch (this) {
      case PNG -> Map.of("atomic_writing", "1", "start_number", Long.toString(done + 1));
      case WEBP -> Map.of("loop", Integer.toString(plays));
      case APNG -> Map.of("plays", Integer.toString(plays));
      // GIF counts repetitions, and has none for a single time.
      case GIF -> Map.of("loop", Integer.toString(plays == 0 ? 0 : plays == 1 ? -1 : plays - 1));
      default -> Map.of();
    };
  }

  /** Returns whether it can hold the output of an encoder. */
  boolean holds(AVOutputFormat format, int codec) {
    return switch (this) {
      case Y4M -> codec == AV_CODEC_ID_RAWVIDEO;
      case PNG -> codec == AV_CODEC_ID_PNG;
      case GIF -> codec == AV_CODEC_ID_GIF;
      case APNG -> codec == AV_CODEC_ID_APNG;
      case WEBP -> codec == AV_CODEC_ID_WEBP;
      // Windows audio has no codec ID in Matroska, but a RIFF tag that all players understand.
      case MKV ->
          avformat_query_codec(format, codec, 0) == 1
              || (avcodec_get_type(codec) == AVMEDIA_TYPE_AUDIO && isOfRiff(codec));
      // The muxer supports less than it declares.
      case MOV -> !OF_MP4_ALONE.contains(codec) && avformat_query_codec(format, codec, 0) == 1;
      case AVI ->
          codec != AV_CODEC_ID_VORBIS
              && codec != AV_CODEC_ID_HEVC
              && avformat_query_codec(format, codec, 0) == 1;
      default -> avformat_query_codec(format, codec, 0) == 1;
    };
  }

  private static boolean isOfRiff(int codec) {
    try (PointerPointer<AVCodecTag> tags = new PointerPointer<>(2)) {
      tags.put(0, avformat_get_riff_audio_tags()).put(1, new AVCodecTag(null));
      return av_codec_get_tag(tags, codec) != 0;
    }
  }

  /** Lists all endings, for messages. */
  static String endings() {
    return Arrays.stream(values())
        .map(each -> each.isSequence() ? "%06d.png" : "." + each)
        .collect(Collectors.joining(", "));
  }

  /** Returns FFmpeg's name. */
  String muxer() {
    return muxer;
  }

  /** Returns the codecs to try by default; the first that supports the frames is used. */
  List<ClipCodec> codecs() {
    return codecs;
  }

  /** Returns whether timestamps are only frame numbers, so that the frame rate must be constant. */
  boolean isCounted() {
    return this == AVI || this == Y4M;
  }

  /** Returns whether it is one file per frame, named by a pattern. */
  boolean isSequence() {
    return this == PNG;
  }

  /** Returns whether another encoder may continue after its packets. */
  boolean isJournaled() {
    return !isSequence() && !isAnimatedPicture();
  }

  /** Returns whether it stores the shape of non-square samples. */
  boolean hasSampleShape() {
    return !isAnimatedPicture();
  }

  private boolean isAnimatedPicture() {
    return this == GIF || this == APNG || this == WEBP;
  }

  /** Returns how frames that are stored rotated are made upright. */
  Treatment.Turn turn() {
    return switch (this) {
      case MP4, MOV, MKV, WEBM -> Treatment.Turn.NEVER;
      case AVI, Y4M -> Treatment.Turn.AS_SUBSAMPLED;
      case PNG, GIF, APNG, WEBP -> Treatment.Turn.WITH_FULL_CHROMA;
    };
  }

  /** Returns whether it holds only pictures. */
  boolean isPicturesAlone() {
    return this == Y4M || this == PNG || isAnimatedPicture();
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

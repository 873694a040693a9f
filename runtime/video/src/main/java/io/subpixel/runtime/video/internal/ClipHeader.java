package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;
import static org.bytedeco.ffmpeg.global.avutil.av_fourcc_make_string;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_get_media_type_string;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a clip in advance: the container's description of it and of each stream, and
 * properties of the first frame that apply to all. An immutable copy, so that one thread may write
 * while another reads the clip. The reader that created it frees it; users of native objects copy
 * them.
 */
public final class ClipHeader implements AutoCloseable {
  private final Path file;
  private final ClipFacts facts;
  private final AVFormatContext copy = avformat_alloc_context();
  private final AVFrame look = av_frame_alloc();
  private final int video;
  private final long begin;
  private final long shift;
  private final long until;
  private final Orientation orientation;
  private final ClipFacts.@Nullable Copied[] copied;
  private final double[] starts;
  private final double earliest;

  /**
   * Copies everything.
   *
   * @param first the first frame of the range, with the file's timestamp
   * @param shift the file's timestamp that becomes 0
   * @param until the file's first timestamp after the range
   * @param orientation the rotation that was applied to make frames upright
   */
  ClipHeader(
      Demuxer source,
      Frame first,
      ClipReader.Range range,
      long shift,
      long until,
      Orientation orientation) {
    file = source.file();
    video = source.video();
    begin = first.pts();
    this.shift = shift;
    this.until = until;
    this.orientation = orientation;
    AVFormatContext input = source.nativeInput();
    copied = new ClipFacts.Copied[input.nb_streams()];
    starts = new double[copied.length];
    double seconds = shift * Natives.ratio(source.timeBase()).value();
    double least = (first.pts() - shift) * Natives.ratio(source.timeBase()).value();
    List<ClipFacts.Copied> others = new ArrayList<>();
    for (int i = 0; i < copied.length; i++) {
      AVStream stream = input.streams(i);
      copy(stream, avformat_new_stream(copy, null));
      starts[i] =
          range.start() > 0
              ? 0
              : begin(stream) * Natives.ratio(stream.time_base()).value() - seconds;
      if (source.isCopied(i)) {
        copied[i] = describe(i, stream.codecpar());
        others.add(copied[i]);
        if (stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO) {
          least = Math.min(least, starts[i]);
        }
      }
    }
    earliest = least;
    copy.metadata(Natives.copy(input.metadata(), key -> false));
    List<AVChapter> chapters = new ArrayList<>();
    for (int i = 0; i < input.nb_chapters(); i++) {
      AVChapter each = input.chapters(i);
      chapters.add(Natives.chapter(each, each.start(), each.end()));
    }
    Natives.put(chapters, copy);
    // Everything except its samples.
    av_frame_copy_props(look, first.nativeFrame());
    facts = facts(source, first, range, others);
  }

  private static void copy(AVStream from, AVStream to) {
    avcodec_parameters_copy(to.codecpar(), from.codecpar());
    to.metadata(Natives.copy(from.metadata(), key -> false));
    to.id(from.id())
        .time_base(from.time_base())
        .duration(from.duration())
        .disposition(from.disposition())
        .avg_frame_rate(from.avg_frame_rate())
        .r_frame_rate(from.r_frame_rate())
        .sample_aspect_ratio(from.sample_aspect_ratio());
    if (from.attached_pic().size() > 0) {
      av_packet_ref(to.attached_pic(), from.attached_pic());
    }
  }

  /**
   * Returns the first packet's timestamp in the file, as FFmpeg's start is that of audible sound.
   */
  private static long begin(AVStream stream) {
    AVIndexEntry first = avformat_index_get_entry(stream, 0);
    if (first != null) {
      return first.timestamp();
    }
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  private ClipFacts facts(
      Demuxer source, Frame first, ClipReader.Range range, List<ClipFacts.Copied> others) {
    AVStream stream = source.videoStream();
    AVCodecParameters parameters = stream.codecpar();
    AVRational rate = stream.avg_frame_rate();
    Ratio stored =
        Natives.ratio(
            av_guess_sample_aspect_ratio(source.nativeInput(), stream, first.nativeFrame()));
    boolean isTurned = orientation.isTransposing() && stored.numerator() > 0;
    return new ClipFacts(
        source.container(),
        Natives.text(avcodec_get_name(parameters.codec_id())),
        PixelFormat.name(first.nativeFrame().format()),
        first.format(),
        isTurned ? stored.inverse() : stored,
        Natives.ratio(source.timeBase()),
        Natives.ratio(rate.num() > 0 ? rate : stream.r_frame_rate()),
        stream.nb_frames() > 0 ? OptionalLong.of(stream.nb_frames()) : OptionalLong.empty(),
        Math.min(range.end(), source.length()) - range.start(),
        orientation == Orientation.UPRIGHT ? rotation(parameters) : 0,
        others);
  }

  private static ClipFacts.Copied describe(int index, AVCodecParameters parameters) {
    return new ClipFacts.Copied(
        index,
        Natives.text(av_get_media_type_string(parameters.codec_type())),
        parameters.codec_id() == AV_CODEC_ID_NONE
            ? fourLetters(parameters.codec_tag())
            : Natives.text(avcodec_get_name(parameters.codec_id())));
  }

  /** Returns a container's name of a codec that FFmpeg has no name for. */
  private static String fourLetters(int tag) {
    byte[] text = new byte[32];
    av_fourcc_make_string(text, tag);
    return new String(text, StandardCharsets.US_ASCII).trim();
  }

  private static double rotation(AVCodecParameters parameters) {
    AVPacketSideData matrix =
        av_packet_side_data_get(
            parameters.coded_side_data(),
            parameters.nb_coded_side_data(),
            AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull()) {
      return 0;
    }
    double anticlockwise = av_display_rotation_get(new IntPointer(matrix.data()));
    return Double.isNaN(anticlockwise) ? 0 : (360 - anticlockwise) % 360;
  }

  Path file() {
    return file;
  }

  /** Returns the properties of container and first frame, in Java's memory. */
  public ClipFacts facts() {
    return facts;
  }

  /** Returns the number of streams in the file. */
  int streams() {
    return copied.length;
  }

  /** Returns the container's description of a stream. */
  AVStream stream(int index) {
    return copy.streams(index);
  }

  /** Returns the index of the stream that is decoded. */
  int video() {
    return video;
  }

  /** Returns a stream whose packets are copied; null if they aren't. */
  ClipFacts.@Nullable Copied copied(int index) {
    return copied[index];
  }

  /** Returns the time of a stream's first packet, in seconds of the output's timestamps. */
  double start(int index) {
    return starts[index];
  }

  /** Returns the time of the first frame or audio packet, likewise. */
  double earliest() {
    return earliest;
  }

  /** Returns the container's tags; null if it has none. */
  AVDictionary metadata() {
    return copy.metadata();
  }

  /** Returns the chapters of the whole file, with its timestamps. */
  List<AVChapter> chapters() {
    List<AVChapter> chapters = new ArrayList<>();
    for (int i = 0; i < copy.nb_chapters(); i++) {
      chapters.add(copy.chapters(i));
    }
    return chapters;
  }

  /** Returns a frame without samples, with the first frame's colour properties and side data. */
  AVFrame look() {
    return look;
  }

  /** Returns the file's timestamp of the first frame, in the video's time base. */
  long begin() {
    return begin;
  }

  /** Returns the file's timestamp that becomes 0, in the video's time base. */
  long shift() {
    return shift;
  }

  /** Returns the file's first timestamp after the range, likewise. */
  long until() {
    return until;
  }

  /** Returns the rotation that was applied to make frames upright. */
  Orientation orientation() {
    return orientation;
  }

  @Override
  public void close() {
    av_frame_free(look);
    if (!copy.isNull()) {
      avformat_free_context(copy);
      copy.setNull();
    }
  }
}

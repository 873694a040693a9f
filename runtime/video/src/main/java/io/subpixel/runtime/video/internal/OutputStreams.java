package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VORBIS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBVTT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ICC_PROFILE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_SPHERICAL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_add;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_id;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_DATA;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_SUBTITLE;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_DONT_OVERWRITE;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_ICC_PROFILE;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_SPHERICAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avutil.MKTAG;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_memdup;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import io.subpixel.runtime.video.UnfitContainerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an output: the encoded video, and the source's other streams, chapters and tags,
 * as far as the container supports them. Native objects belong to the container; closing this frees
 * the conversions. For one thread at a time.
 */
final class OutputStreams implements AutoCloseable {
  /** Side data of frames that describes the whole clip, and its equivalent in containers. */
  private static final Map<Integer, Integer> PICTURE_FACTS =
      Map.of(
          AV_FRAME_DATA_DISPLAYMATRIX, AV_PKT_DATA_DISPLAYMATRIX,
          AV_FRAME_DATA_STEREO3D, AV_PKT_DATA_STEREO3D,
          AV_FRAME_DATA_SPHERICAL, AV_PKT_DATA_SPHERICAL,
          AV_FRAME_DATA_ICC_PROFILE, AV_PKT_DATA_ICC_PROFILE,
          AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
          AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
          AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT, AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT);

  private static final List<String> CONTAINER_TAGS =
      List.of("major_brand", "minor_version", "compatible_brands", "encoder");

  private static final Pattern PACKET_TAGS =
      Pattern.compile("encoder|(DURATION|BPS|NUMBER_OF_|_STATISTICS_).*");

  /** Longer than an audio frame, but not noticeable. */
  private static final double LATE_SECONDS = 0.06;

  private final ClipHeader source;
  private final Container container;
  private final AVFormatContext output;
  private final List<ClipFacts.Copied> dropped = new ArrayList<>();
  private final Map<Integer, SubtitleConversion> conversions = new HashMap<>();
  private final int[] places;
  private int video;
  private boolean stripped;

  /**
   * Creates an empty list of streams.
   *
   * @param output an empty container
   */
  OutputStreams(ClipHeader source, Container container, AVFormatContext output) {
    this.source = source;
    this.container = container;
    this.output = output;
    places = new int[source.streams()];
    Arrays.fill(places, -1);
  }

  /**
   * Adds all streams, chapters and tags.
   *
   * @param encoder the video's encoder
   * @param dropUnfit whether to omit audio and subtitles that the container can't hold, as is done
   *     for other streams
   * @param strip whether to omit data streams, and all tags except languages
   * @param target the output's name in messages
   * @throws UnfitContainerException if it can't hold them and they may not be omitted
   */
  void add(FrameEncoder encoder, boolean dropUnfit, boolean strip, Path target) throws IOException {
    stripped = strip;
    List<ClipFacts.Copied> unfit = new ArrayList<>();
    for (int i = 0; i < source.streams(); i++) {
      AVStream stream = source.stream(i);
      ClipFacts.Copied copied = source.copied(i);
      if (i == source.video()) {
        video = output.nb_streams();
        addVideo(stream, encoder);
      } else if (copied != null) {
        if (strip && stream.codecpar().codec_type() == AVMEDIA_TYPE_DATA) {
          dropped.add(copied);
        } else if (isMatroskaCover(stream)) {
          addCover(stream);
        } else if (fits(stream, i) || converts(stream, i)) {
          places[i] = output.nb_streams();
          addCopy(stream, i);
        } else if (dropUnfit || !isMissed(stream)) {
          dropped.add(copied);
        } else {
          unfit.add(copied);
        }
      }
    }
    if (!unfit.isEmpty()) {
      throw new UnfitContainerException(
          target.toString(),
          "streams that ."
              + container
              + " holds; try ."
              + (container == Container.MKV ? Container.MP4 : Container.MKV)
              + ", or omit them",
          unfit.stream()
              .map(each -> each.kind() + " " + each.codec() + " (stream " + each.index() + ")")
              .collect(Collectors.joining(", ", "", " of " + source.file())),
          true);
    }
    output.metadata(Natives.copy(source.metadata(), key -> strip || CONTAINER_TAGS.contains(key)));
    addChapters();
  }

  /**
   * Returns whether a stream's tag is omitted; players need its language and whether it has alpha.
   */
  private boolean isStripped(String key) {
    return stripped && !key.equalsIgnoreCase("language") && !key.equalsIgnoreCase(Alpha.TAG);
  }

  private boolean fits(AVStream stream, int index) {
    int kind = stream.codecpar().codec_type();
    int codec = stream.codecpar().codec_id();
    return switch (container) {
      case Y4M, PNG, GIF, APNG, WEBP -> false;
      case WEBM ->
          codec == AV_CODEC_ID_OPUS || codec == AV_CODEC_ID_VORBIS || codec == AV_CODEC_ID_WEBVTT;
      case MKV ->
          kind == AVMEDIA_TYPE_ATTACHMENT
              || (kind != AVMEDIA_TYPE_DATA && container.holds(output.oformat(), codec));
      case AVI -> container.holds(output.oformat(), codec) && isCounted(stream, index);
      case MP4, MOV -> kind != AVMEDIA_TYPE_ATTACHMENT && container.holds(output.oformat(), codec);
    };
  }

  /**
   * Returns whether AVI can hold a stream. It has no timestamps, so audio always plays from the
   * start.
   */
  private boolean isCounted(AVStream stream, int index) {
    boolean isLate =
        stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO
            && source.start(index) - source.earliest() > LATE_SECONDS;
    // The headers that MPEG-TS puts in front of each packet can't be stored.
    boolean isBare =
        stream.codecpar().codec_id() == AV_CODEC_ID_AAC && stream.codecpar().extradata_size() == 0;
    return !isLate && !isBare;
  }

  /** Returns whether a viewer would miss a stream; all others are for machines. */
  private static boolean isMissed(AVStream stream) {
    int kind = stream.codecpar().codec_type();
    return kind == AVMEDIA_TYPE_AUDIO || kind == AVMEDIA_TYPE_SUBTITLE;
  }

  private boolean converts(AVStream stream, int index) {
    SubtitleConversion conversion = SubtitleConversion.of(stream, container, source.file());
    if (conversion != null) {
      conversions.put(index, conversion);
    }
    return conversion != null;
  }

  private void addVideo(AVStream from, FrameEncoder frames) {
    AVCodecContext encoder = frames.nativeEncoder();
    AVStream to = avformat_new_stream(output, null);
    avcodec_parameters_from_context(to.codecpar(), encoder);
    to.codecpar().chroma_location(encoder.chroma_sample_location());
    if (encoder.codec_id() == AV_CODEC_ID_HEVC && container.isQuickTime()) {
      // Apple's players reject FFmpeg's default, hev1.
      to.codecpar().codec_tag(MKTAG((byte) 'h', (byte) 'v', (byte) 'c', (byte) '1'));
    }
    describe(from, to);
    // These describe the previous packets.
    to.metadata(
        Natives.copy(
            from.metadata(),
            key ->
                PACKET_TAGS.matcher(key).matches()
                    || isStripped(key)
                    || (key.equalsIgnoreCase(Alpha.TAG) && !frames.keepsAlpha())));
    to.time_base(frames.ticks());
    to.sample_aspect_ratio(encoder.sample_aspect_ratio());
    AVCodecParameters parameters = from.codecpar();
    for (int i = 0; i < parameters.nb_coded_side_data(); i++) {
      AVPacketSideData each = parameters.coded_side_data().getPointer(i);
      boolean isUndone =
          each.type() == AV_PKT_DATA_DISPLAYMATRIX && source.orientation() != Orientation.UPRIGHT;
      if (PICTURE_FACTS.containsValue(each.type()) && !isUndone) {
        addSideData(to.codecpar(), each.type(), each.data(), each.size());
      }
    }
    // Some streams state these only in their frames.
    PICTURE_FACTS.forEach(
        (ofFrame, ofPacket) -> {
          AVFrameSideData each = av_frame_get_side_data(source.look(), ofFrame);
          if (each != null) {
            addSideData(to.codecpar(), ofPacket, each.data(), each.size());
          }
        });
  }

  private static void addSideData(AVCodecParameters to, int type, Pointer data, long size) {
    AVPacketSideData there =
        av_packet_side_data_get(to.coded_side_data(), to.nb_coded_side_data(), type);
    if (there != null) {
      return;
    }
    try (PointerPointer<AVPacketSideData> list = new PointerPointer<>(1);
        IntPointer length = new IntPointer(1)) {
      list.put(0, to.coded_side_data());
      length.put(to.nb_coded_side_data());
      av_packet_side_data_add(list, length, type, av_memdup(data, size), size, 0);
      to.coded_side_data(list.get(AVPacketSideData.class, 0));
      to.nb_coded_side_data(length.get());
    }
  }

  private void addCopy(AVStream from, int index) {
    SubtitleConversion conversion = conversions.get(index);
    AVStream to = avformat_new_stream(output, null);
    if (conversion == null) {
      avcodec_parameters_copy(to.codecpar(), from.codecpar());
    } else {
      conversion.describe(to.codecpar());
    }
    int tag = from.codecpar().codec_tag();
    PointerPointer<?> tags = output.oformat().codec_tag();
    if (tags == null || av_codec_get_id(tags, tag) != from.codecpar().codec_id()) {
      to.codecpar().codec_tag(0);
    }
    describe(from, to);
    to.metadata(Natives.copy(from.metadata(), this::isStripped));
    to.time_base(from.time_base());
    to.sample_aspect_ratio(from.sample_aspect_ratio());
    double start = source.start(index);
    if (from.codecpar().sample_rate() > 0 && to.codecpar().initial_padding() == 0 && start < 0) {
      // Audio before 0 primes its decoder. Unless declared, Matroska would shift all streams.
      to.codecpar().initial_padding((int) Math.round(-start * from.codecpar().sample_rate()));
    }
    to.duration(from.duration());
  }

  private boolean isMatroskaCover(AVStream stream) {
    return container == Container.MKV
        && (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0
        && stream.attached_pic().size() > 0;
  }

  /**
   * Adds a cover. Matroska stores covers as attachments; as a stream it would be a second video.
   */
  private void addCover(AVStream from) {
    String kind = Natives.text(avcodec_get_name(from.codecpar().codec_id()));
    String ending = kind.equals("mjpeg") ? "jpeg" : kind;
    AVStream to = avformat_new_stream(output, null);
    AVDictionary metadata = Natives.copy(from.metadata(), key -> false);
    av_dict_set(metadata, "filename", "cover." + ending, AV_DICT_DONT_OVERWRITE);
    av_dict_set(metadata, "mimetype", "image/" + ending, AV_DICT_DONT_OVERWRITE);
    to.metadata(metadata);
    AVPacket cover = from.attached_pic();
    BytePointer data = new BytePointer(av_mallocz(cover.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    Pointer.memcpy(data, cover.data(), cover.size());
    to.codecpar()
        .codec_type(AVMEDIA_TYPE_ATTACHMENT)
        .codec_id(from.codecpar().codec_id())
        .extradata(data)
        .extradata_size(cover.size());
  }

  private static void describe(AVStream from, AVStream to) {
    to.id(from.id());
    to.disposition(from.disposition());
    to.avg_frame_rate(from.avg_frame_rate());
    to.r_frame_rate(from.r_frame_rate());
  }

  private void addChapters() {
    AVRational unit = source.stream(source.video()).time_base();
    List<AVChapter> chapters = new ArrayList<>();
    for (AVChapter from : source.chapters()) {
      long shift = av_rescale_q(source.shift(), unit, from.time_base());
      long until =
          source.until() == Long.MAX_VALUE
              ? Long.MAX_VALUE
              : av_rescale_q(source.until(), unit, from.time_base());
      if (from.start() < until && (shift == 0 || from.end() > shift)) {
        long start = shift == 0 ? from.start() : Math.max(0, from.start() - shift);
        chapters.add(Natives.chapter(from, start, Math.min(from.end(), until) - shift));
      }
    }
    Natives.put(chapters, output);
  }

  /** Returns the index of the video in the output. */
  int video() {
    return video;
  }

  /**
   * Returns the index in the output of one of the clip's streams; negative if its packets aren't
   * copied.
   */
  int place(int index) {
    return places[index];
  }

  /** Returns the conversion of a stream's subtitles; null if they are copied. */
  @Nullable SubtitleConversion conversion(int index) {
    return conversions.get(index);
  }

  /** Returns streams that are omitted, as the container can't hold them. */
  List<ClipFacts.Copied> dropped() {
    return List.copyOf(dropped);
  }

  @Override
  public void close() {
    conversions.values().forEach(SubtitleConversion::close);
    conversions.clear();
  }
}

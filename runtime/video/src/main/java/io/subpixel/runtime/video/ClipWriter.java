package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_PIX_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_RAWVIDEO;
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
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_UNOFFICIAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_add;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_NONSTRICT;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_id;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_query_codec;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_DATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_DONT_OVERWRITE;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DETECTION_BBOXES;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_FILM_GRAIN_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_ICC_PROFILE;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_LCEVC;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MOTION_VECTORS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_SPHERICAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_VIDEO_ENC_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_memdup;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.subpixel.models.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a clip that is a {@link ClipReader}'s with other pictures: video is encoded anew, all else
 * is copied. Used by one thread at a time, which may be another than the reader's.
 *
 * <p>MP4 and MOV keep all timestamps; MKV and WebM round them to milliseconds, as their timestamps
 * are; AVI and Y4M have none, so that clips for them need a constant frame rate.
 */
final class ClipWriter implements AutoCloseable {
  /** Seconds from key frame to key frame, which players jump to. */
  private static final int KEY_SECONDS = 4;

  /** MPEG-4 counts time in 16 bits. */
  private static final int MPEG4_TICKS = 65535;

  /** What frames tell of the picture as a whole, and the same as containers keep it. */
  private static final Map<Integer, Integer> PICTURE_FACTS =
      Map.of(
          AV_FRAME_DATA_DISPLAYMATRIX, AV_PKT_DATA_DISPLAYMATRIX,
          AV_FRAME_DATA_STEREO3D, AV_PKT_DATA_STEREO3D,
          AV_FRAME_DATA_SPHERICAL, AV_PKT_DATA_SPHERICAL,
          AV_FRAME_DATA_ICC_PROFILE, AV_PKT_DATA_ICC_PROFILE,
          AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
          AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
          AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT, AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT);

  /** What is wrong for another size, or for another encoding. */
  private static final List<Integer> STALE =
      List.of(
          AV_FRAME_DATA_MOTION_VECTORS,
          AV_FRAME_DATA_REGIONS_OF_INTEREST,
          AV_FRAME_DATA_VIDEO_ENC_PARAMS,
          AV_FRAME_DATA_DETECTION_BBOXES,
          AV_FRAME_DATA_FILM_GRAIN_PARAMS,
          AV_FRAME_DATA_DOVI_RPU_BUFFER,
          AV_FRAME_DATA_DOVI_METADATA,
          AV_FRAME_DATA_LCEVC);

  private static final List<String> CONTAINER_TAGS =
      List.of("major_brand", "minor_version", "compatible_brands", "encoder");

  private static final Pattern PACKET_TAGS =
      Pattern.compile("encoder|(DURATION|BPS|NUMBER_OF_|_STATISTICS_).*");

  private final Path file;
  private final Path target;
  private final Container container;
  private final ClipReader source;
  private final ClipEncoding encoding;
  private final AVFormatContext output;
  private final AVPacket packet = av_packet_alloc();

  /** Timestamps and durations of the frames in the encoder, by what it takes for timestamps. */
  private final Map<Long, long[]> inside = new HashMap<>();

  private final List<ClipFacts.Copied> dropped = new ArrayList<>();
  private final int[] places;
  private final AVRational[] units;
  private final long[] last;
  private final long[] next;
  private final FrameFormat format;
  private final AVRational unit;
  private AVCodecContext encoder = new AVCodecContext(null);
  private boolean numbered;
  private int video;
  private long number = -1;
  private long previous;

  private ClipWriter(
      Path file,
      Path target,
      Container container,
      ClipReader source,
      FrameFormat format,
      ClipEncoding encoding) {
    this.file = file;
    this.target = target;
    this.container = container;
    this.source = source;
    this.format = format;
    this.encoding = encoding;
    output = new AVFormatContext(null);
    avformat_alloc_output_context2(output, null, container.muxer(), Natives.url(file));
    int streams = source.nativeInput().nb_streams();
    places = new int[streams];
    units = new AVRational[streams];
    last = new long[streams];
    next = new long[streams];
    Arrays.fill(last, AV_NOPTS_VALUE);
    Arrays.fill(places, -1);
    Arrays.fill(next, AV_NOPTS_VALUE);
    for (int i = 0; i < streams; i++) {
      units[i] = Natives.rational(Natives.ratio(source.nativeInput().streams(i).time_base()));
    }
    unit = units[source.video()];
  }

  /**
   * Opens the encoder and writes the header. The reader must not be in use meanwhile, and isn't
   * used afterwards.
   *
   * @param file what is written; it is overwritten
   * @param target whose ending names the container: mp4, mkv, webm, mov, avi, y4m
   * @param source where all but the pictures comes from
   * @param width columns of the frames to come
   * @param height rows of the frames to come
   * @throws InvalidInputException if the encoder is missing or can't hold the frames, or the
   *     container can't hold a stream; nothing has been written then
   */
  static ClipWriter create(
      Path file, Path target, ClipReader source, int width, int height, ClipEncoding encoding)
      throws IOException {
    Natives.silence();
    Container container = Container.of(target);
    if (container == null) {
      throw new InvalidInputException(
          target.toString(), "a name that ends in " + Container.endings(), "another");
    }
    ClipWriter writer =
        new ClipWriter(
            file,
            target,
            container,
            source,
            source.facts().format().withSize(width, height),
            encoding);
    try {
      writer.openEncoder();
      writer.addStreams();
      writer.addChapters();
      writer.writeHeader();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** Opens the encoder that is asked for, or else the first that takes the frames. */
  private void openEncoder() throws IOException {
    List<String> refusals = new ArrayList<>();
    for (String name : candidates()) {
      String refusal = open(name);
      if (refusal == null) {
        return;
      }
      refusals.add(name + ": " + refusal);
    }
    throw new InvalidInputException(
        target.toString(),
        "an encoder for ."
            + container
            + " that takes "
            + PixelFormat.name(PixelFormat.planar(format))
            + " of "
            + format.width()
            + "x"
            + format.height()
            + ", as .mkv has",
        String.join("; ", refusals));
  }

  private List<String> candidates() throws IOException {
    String name = encoding.codec();
    if (name == null) {
      return container.codecs().stream().flatMap(each -> each.encoders().stream()).toList();
    }
    ClipCodec codec = ClipCodec.of(name);
    if (codec != null) {
      return codec.encoders();
    }
    if (avcodec_find_encoder_by_name(name) == null) {
      throw new InvalidInputException(
          target.toString(),
          "a codec of " + Arrays.toString(ClipCodec.values()) + " or an encoder of FFmpeg's",
          name);
    }
    return List.of(name);
  }

  /** Opens an encoder; if that doesn't work, says why. */
  private @Nullable String open(String name) throws IOException {
    AVCodec codec = avcodec_find_encoder_by_name(name);
    if (codec == null) {
      return "not in this build of FFmpeg";
    }
    if (!holds(codec.id())) {
      return "not for this container";
    }
    int pixels = PixelFormat.planar(format);
    if (!takes(codec, pixels)) {
      return "not for " + PixelFormat.name(pixels);
    }
    if (name.equals("libopenh264") && (format.width() % 2 != 0 || format.height() % 2 != 0)) {
      return "not for odd sizes";
    }
    ClipCodec known = ClipCodec.ofEncoder(name);
    String fault = known == null ? null : known.fault(encoding.quality(), encoding.bitRate());
    if (fault != null) {
      throw new InvalidInputException(target.toString(), fault, rate());
    }
    encoder = avcodec_alloc_context3(codec);
    describe(known, pixels);
    AVDictionary options = new AVDictionary(null);
    (known == null ? foreign() : known.options(name, encoding.quality(), encoding.bitRate()))
        .forEach((key, value) -> av_dict_set(options, key, value, 0));
    int code = avcodec_open2(encoder, codec, options);
    av_dict_free(options);
    if (code < 0) {
      avcodec_free_context(encoder);
      return Natives.message(code);
    }
    return null;
  }

  private String rate() {
    return encoding.quality().isPresent()
        ? "quality " + encoding.quality().getAsInt()
        : "bit rate " + encoding.bitRate().orElse(0);
  }

  /** For an encoder that isn't known here, what many understand; NVIDIA's among them. */
  private Map<String, String> foreign() {
    if (encoding.bitRate().isPresent()) {
      return Map.of("b", Long.toString(encoding.bitRate().getAsLong()));
    }
    return Map.of("cq", Integer.toString(encoding.quality().orElse(20)), "b", "0");
  }

  private boolean holds(int codec) {
    return container == Container.Y4M
        ? codec == AV_CODEC_ID_RAWVIDEO
        : avformat_query_codec(output.oformat(), codec, 0) == 1;
  }

  private static boolean takes(AVCodec codec, int pixels) {
    try (PointerPointer<IntPointer> list = new PointerPointer<>(1);
        IntPointer length = new IntPointer(1)) {
      int code =
          avcodec_get_supported_config(null, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, list, length);
      if (code < 0) {
        return false;
      }
      IntPointer formats = list.get(IntPointer.class, 0);
      // Without a list, it takes all.
      if (formats == null || formats.isNull()) {
        return true;
      }
      for (int i = 0; i < length.get(); i++) {
        if (formats.get(i) == pixels) {
          return true;
        }
      }
      return false;
    }
  }

  /** What the encoder must know of the frames. */
  private void describe(@Nullable ClipCodec codec, int pixels) {
    AVFrame first = source.nativeFirst();
    ClipFacts facts = source.facts();
    double rate = facts.frameRate().numerator() > 0 ? facts.frameRate().value() : 25;
    encoder
        .width(format.width())
        .height(format.height())
        .pix_fmt(pixels)
        .sample_aspect_ratio(Natives.rational(facts.sampleAspectRatio()))
        .color_primaries(first.color_primaries())
        .color_trc(first.color_trc())
        .colorspace(first.colorspace())
        .color_range(range(first))
        .chroma_sample_location(siting(first))
        .framerate(Natives.rational(facts.frameRate()))
        .gop_size((int) Math.max(1, Math.min(1000, Math.round(rate * KEY_SECONDS))))
        .max_b_frames(0)
        .thread_count(encoding.threads())
        .time_base(unit);
    // It would take no finer time; as it keeps the frames' order, it may be told their numbers.
    numbered = codec == ClipCodec.MPEG4 || container.isCounted();
    if (numbered) {
      encoder.time_base(frameTime());
    }
    if ((output.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
      encoder.flags(encoder.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    encoder.strict_std_compliance(FF_COMPLIANCE_UNOFFICIAL);
  }

  /** Seconds a frame. */
  private AVRational frameTime() {
    Ratio rate = source.facts().frameRate();
    if (rate.numerator() <= 0) {
      return Natives.rational(new Ratio(1, 25));
    }
    return rate.numerator() <= MPEG4_TICKS
        ? Natives.rational(rate.inverse())
        : Natives.rational(new Ratio(1000, (int) Math.round(rate.value() * 1000)));
  }

  /** What stands for full range without saying so would else be taken for studio range. */
  private int range(AVFrame first) {
    return first.color_range() == AVCOL_RANGE_UNSPECIFIED && !format.studio()
        ? AVCOL_RANGE_JPEG
        : first.color_range();
  }

  /** Y4M takes silence for the centre, all others for the left. */
  private int siting(AVFrame first) {
    return container == Container.Y4M && first.chroma_location() == AVCHROMA_LOC_UNSPECIFIED
        ? AVCHROMA_LOC_LEFT
        : first.chroma_location();
  }

  private void addStreams() throws IOException {
    AVFormatContext input = source.nativeInput();
    List<ClipFacts.Copied> unfit = new ArrayList<>();
    for (int i = 0; i < input.nb_streams(); i++) {
      if (i == source.video()) {
        video = output.nb_streams();
        addVideo(input.streams(i));
      } else if (source.isCopied(i)) {
        if (isMatroskaCover(input.streams(i))) {
          addCover(input.streams(i));
        } else if (fits(input.streams(i))) {
          places[i] = output.nb_streams();
          addCopy(input.streams(i));
        } else {
          unfit.add(source.copied(i));
        }
      }
    }
    if (!unfit.isEmpty() && !encoding.dropUnfit()) {
      throw new InvalidInputException(
          target.toString(),
          "streams that ."
              + container
              + " holds; try ."
              + (container == Container.MKV ? Container.MP4 : Container.MKV)
              + ", or leave them out",
          unfit.stream()
              .map(each -> each.kind() + " " + each.codec() + " (stream " + each.index() + ")")
              .collect(Collectors.joining(", ", "", " of " + source.file())));
    }
    dropped.addAll(unfit);
    output.metadata(copy(input.metadata(), CONTAINER_TAGS::contains));
  }

  private boolean fits(AVStream stream) {
    int kind = stream.codecpar().codec_type();
    int codec = stream.codecpar().codec_id();
    return switch (container) {
      case Y4M -> false;
      case WEBM ->
          codec == AV_CODEC_ID_OPUS || codec == AV_CODEC_ID_VORBIS || codec == AV_CODEC_ID_WEBVTT;
      case MKV -> kind == AVMEDIA_TYPE_ATTACHMENT || (kind != AVMEDIA_TYPE_DATA && holds(codec));
      case MP4, MOV, AVI -> kind != AVMEDIA_TYPE_ATTACHMENT && holds(codec);
    };
  }

  private void addVideo(AVStream from) {
    AVStream to = avformat_new_stream(output, null);
    avcodec_parameters_from_context(to.codecpar(), encoder);
    to.codecpar().chroma_location(encoder.chroma_sample_location());
    describe(from, to);
    // These tell of the packets before.
    to.metadata(copy(from.metadata(), key -> PACKET_TAGS.matcher(key).matches()));
    to.time_base(container.isCounted() ? encoder.time_base() : unit);
    to.sample_aspect_ratio(encoder.sample_aspect_ratio());
    AVCodecParameters parameters = from.codecpar();
    for (int i = 0; i < parameters.nb_coded_side_data(); i++) {
      AVPacketSideData each = parameters.coded_side_data().getPointer(i);
      if (PICTURE_FACTS.containsValue(each.type())) {
        addSideData(to.codecpar(), each.type(), each.data(), each.size());
      }
    }
    // Some streams tell these by their frames alone.
    PICTURE_FACTS.forEach(
        (ofFrame, ofPacket) -> {
          AVFrameSideData each = av_frame_get_side_data(source.nativeFirst(), ofFrame);
          if (each != null && ofFrame != AV_FRAME_DATA_DISPLAYMATRIX) {
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

  private void addCopy(AVStream from) {
    AVStream to = avformat_new_stream(output, null);
    avcodec_parameters_copy(to.codecpar(), from.codecpar());
    int tag = from.codecpar().codec_tag();
    PointerPointer<?> tags = output.oformat().codec_tag();
    if (tags == null || av_codec_get_id(tags, tag) != from.codecpar().codec_id()) {
      to.codecpar().codec_tag(0);
    }
    describe(from, to);
    to.metadata(copy(from.metadata(), key -> false));
    to.time_base(from.time_base());
    to.sample_aspect_ratio(from.sample_aspect_ratio());
    long early = source.shift() == 0 ? -begin(from) : 0;
    if (from.codecpar().sample_rate() > 0 && to.codecpar().initial_padding() == 0 && early > 0) {
      // Sound that begins before 0 warms up its decoder; untold, Matroska would move all streams.
      Ratio sample = new Ratio(1, from.codecpar().sample_rate());
      to.codecpar()
          .initial_padding((int) av_rescale_q(early, from.time_base(), Natives.rational(sample)));
    }
    to.duration(from.duration());
  }

  private boolean isMatroskaCover(AVStream stream) {
    return container == Container.MKV
        && (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0
        && stream.attached_pic().size() > 0;
  }

  /** Matroska has covers as files within the file; as a stream it would be a second video. */
  private void addCover(AVStream from) {
    String kind = Natives.text(avcodec_get_name(from.codecpar().codec_id()));
    String ending = kind.equals("mjpeg") ? "jpeg" : kind;
    AVStream to = avformat_new_stream(output, null);
    AVDictionary metadata = copy(from.metadata(), key -> false);
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

  /**
   * The first packet's timestamp, as far as that is known ahead: FFmpeg's start is what is heard.
   */
  private static long begin(AVStream stream) {
    AVIndexEntry first = avformat_index_get_entry(stream, 0);
    if (first != null) {
      return first.timestamp();
    }
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  private static void describe(AVStream from, AVStream to) {
    to.id(from.id());
    to.disposition(from.disposition());
    to.avg_frame_rate(from.avg_frame_rate());
    to.r_frame_rate(from.r_frame_rate());
  }

  /** A dictionary without some of its keys. */
  private static AVDictionary copy(@Nullable AVDictionary from, Predicate<String> without) {
    AVDictionary to = new AVDictionary(null);
    av_dict_copy(to, from, 0);
    Natives.keys(from).stream()
        .filter(without)
        .forEach(key -> av_dict_set(to, key, (String) null, 0));
    return to;
  }

  private void addChapters() {
    AVFormatContext input = source.nativeInput();
    List<AVChapter> chapters = new ArrayList<>();
    for (int i = 0; i < input.nb_chapters(); i++) {
      AVChapter from = input.chapters(i);
      long shift = av_rescale_q(source.shift(), unit, from.time_base());
      long until =
          source.until() == Long.MAX_VALUE
              ? Long.MAX_VALUE
              : av_rescale_q(source.until(), unit, from.time_base());
      if (from.start() >= until || (shift != 0 && from.end() <= shift)) {
        continue;
      }
      AVChapter to = new AVChapter(av_mallocz(Pointer.sizeof(AVChapter.class)));
      to.id(from.id());
      to.time_base(from.time_base());
      to.start(shift == 0 ? from.start() : Math.max(0, from.start() - shift));
      to.end(Math.min(from.end(), until) - shift);
      to.metadata(copy(from.metadata(), key -> false));
      chapters.add(to);
    }
    if (!chapters.isEmpty()) {
      // Freed with the context, as if it had been FFmpeg's own.
      PointerPointer<AVChapter> list =
          new PointerPointer<>(av_mallocz((long) chapters.size() * Long.BYTES));
      for (int i = 0; i < chapters.size(); i++) {
        list.put(i, chapters.get(i));
      }
      output.chapters(list);
      output.nb_chapters(chapters.size());
    }
  }

  private void writeHeader() throws IOException {
    AVIOContext io = new AVIOContext(null);
    int code = avio_open(io, Natives.url(file), AVIO_FLAG_WRITE);
    if (code < 0) {
      throw failure(code);
    }
    output.pb(io);
    output.strict_std_compliance(FF_COMPLIANCE_UNOFFICIAL);
    AVDictionary options = new AVDictionary(null);
    if (container.isQuickTime()) {
      // Delays of streams are kept in the film's time, which is milliseconds by default.
      av_dict_set(options, "movie_timescale", Integer.toString(commonTicks()), 0);
      if (Natives.keys(output.metadata()).stream().anyMatch(each -> each.startsWith("com."))) {
        av_dict_set(options, "movflags", "use_metadata_tags", 0);
      }
    }
    code = avformat_write_header(output, options);
    av_dict_free(options);
    if (code < 0) {
      closeFile();
      Files.deleteIfExists(file);
      throw new InvalidInputException(
          target.toString(),
          "streams that ." + container + " holds",
          "those of " + source.file() + ": " + Natives.message(code));
    }
  }

  /**
   * The least ticks a second of which each track's are a part; the video's if they are too many.
   */
  private int commonTicks() {
    long ticks = unit.den();
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        int rate = source.nativeInput().streams(i).codecpar().sample_rate();
        long each = rate > 0 ? rate : units[i].den();
        long more = ticks / gcd(ticks, each) * each;
        ticks = more <= Integer.MAX_VALUE ? more : ticks;
      }
    }
    return (int) ticks;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** How frames are to be given: the reader's format in the new size. */
  FrameFormat format() {
    return format;
  }

  /** FFmpeg's name of the encoder that was chosen. */
  String encoder() {
    return Natives.text(encoder.codec().name());
  }

  /** Streams that are left out, as the container can't hold them. */
  List<ClipFacts.Copied> dropped() {
    return List.copyOf(dropped);
  }

  /** Copies a packet of the reader; it is empty afterwards and still to be closed. */
  void write(Packet each) throws IOException {
    int place = places[each.stream()];
    AVPacket copy = each.nativePacket();
    if (place < 0 || isGap(copy, place)) {
      return;
    }
    AVStream stream = output.streams(place);
    av_packet_rescale_ts(copy, units[each.stream()], stream.time_base());
    order(copy, place);
    copy.stream_index(place).pos(-1);
    check(av_interleaved_write_frame(output, copy));
  }

  /** Whether it is an empty subtitle as QuickTime puts them into gaps, which its muxer does. */
  private boolean isGap(AVPacket each, int place) {
    return container.isQuickTime()
        && output.streams(place).codecpar().codec_id() == AV_CODEC_ID_MOV_TEXT
        && each.size() == Short.BYTES
        && each.data().getShort() == 0;
  }

  /** Containers want times of decoding, and that they grow. */
  private void order(AVPacket each, int place) {
    if (each.dts() == AV_NOPTS_VALUE) {
      each.dts(each.pts() == AV_NOPTS_VALUE ? Math.max(0, next[place]) : each.pts());
    }
    if (each.pts() == AV_NOPTS_VALUE) {
      each.pts(each.dts());
    }
    boolean strict = (output.oformat().flags() & AVFMT_TS_NONSTRICT) == 0;
    long least = strict ? last[place] + 1 : last[place];
    if (last[place] != AV_NOPTS_VALUE && each.dts() < least) {
      each.dts(least);
      each.pts(Math.max(each.pts(), least));
    }
    last[place] = each.dts();
    next[place] = each.dts() + each.duration();
  }

  /**
   * Encodes a frame of depth 8.
   *
   * @param planes rows without gaps, as {@link Frame#read(int, byte[])} gives them
   * @param of the frame that was upscaled: timestamp, duration and side data are its own
   */
  void write(byte[][] planes, Frame of) throws IOException {
    AVFrame picture = picture(of);
    try {
      for (int p = 0; p < format.planes(); p++) {
        BytePointer samples = picture.data(p);
        for (int y = 0; y < format.height(p); y++) {
          samples
              .position((long) y * picture.linesize(p))
              .put(planes[p], y * format.width(p), format.width(p));
        }
      }
      encode(picture);
    } finally {
      av_frame_free(picture);
    }
  }

  /** As above, for a depth of more than 8. */
  void write(short[][] planes, Frame of) throws IOException {
    AVFrame picture = picture(of);
    try {
      for (int p = 0; p < format.planes(); p++) {
        ShortPointer samples = new ShortPointer(picture.data(p));
        for (int y = 0; y < format.height(p); y++) {
          samples
              .position((long) y * picture.linesize(p) / Short.BYTES)
              .put(planes[p], y * format.width(p), format.width(p));
        }
      }
      encode(picture);
    } finally {
      av_frame_free(picture);
    }
  }

  /** An empty frame with all of another one's but its samples and its size. */
  private AVFrame picture(Frame of) throws IOException {
    AVFrame picture = av_frame_alloc();
    av_frame_copy_props(picture, of.nativeFrame());
    for (int stale : STALE) {
      av_frame_remove_side_data(picture, stale);
    }
    picture
        .format(encoder.pix_fmt())
        .width(format.width())
        .height(format.height())
        // Which frames are coded how is the encoder's to choose.
        .pict_type(0)
        .crop_left(0)
        .crop_right(0)
        .crop_top(0)
        .crop_bottom(0)
        .color_range(encoder.color_range())
        .quality(encoder.global_quality())
        .time_base(encoder.time_base());
    int code = av_frame_get_buffer(picture, 0);
    if (code < 0) {
      av_frame_free(picture);
      throw failure(code);
    }
    return picture;
  }

  private void encode(AVFrame picture) throws IOException {
    long[] times = {picture.pts(), picture.duration()};
    if (numbered) {
      number(picture.pts());
      picture.pts(number).duration(1);
    }
    inside.put(picture.pts(), times);
    check(avcodec_send_frame(encoder, picture));
    drain();
  }

  /** The next frame's number; where these are the timestamps, frames that miss their turn count. */
  private void number(long pts) throws IOException {
    double frames = pts * ratio(unit) / ratio(encoder.time_base());
    if (number < 0) {
      number = container == Container.AVI ? Math.max(0, Math.round(frames)) : 0;
    } else if (container.isCounted()) {
      double step = frames - previous * ratio(unit) / ratio(encoder.time_base());
      long turns = Math.round(step);
      if (turns < 1 || Math.abs(step - turns) > 0.25 || (turns > 1 && container == Container.Y4M)) {
        throw new InvalidInputException(
            source.file().toString(),
            "a constant frame rate for ." + container + "; try .mkv or .mp4",
            step + " frame times between two frames at " + pts * ratio(unit) + " s");
      }
      number += turns;
    } else {
      number++;
    }
    previous = pts;
  }

  private static double ratio(AVRational rational) {
    return Natives.ratio(rational).value();
  }

  private void drain() throws IOException {
    while (true) {
      int code = avcodec_receive_packet(encoder, packet);
      if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
        return;
      }
      check(code);
      long[] times = inside.remove(packet.pts());
      AVRational ticks = encoder.time_base();
      if (times != null && !container.isCounted()) {
        if (numbered) {
          packet.pts(times[0]).dts(times[0]);
          ticks = unit;
        }
        packet.duration(times[1]);
      }
      packet.stream_index(video);
      av_packet_rescale_ts(packet, ticks, output.streams(video).time_base());
      check(av_interleaved_write_frame(output, packet));
    }
  }

  /** Ends the clip: what the encoder still holds, and the trailer. Only close follows. */
  void finish() throws IOException {
    check(avcodec_send_frame(encoder, null));
    drain();
    check(av_write_trailer(output));
    check(closeFile());
  }

  private int closeFile() {
    AVIOContext io = output.pb();
    if (io == null) {
      return 0;
    }
    output.pb(null);
    return avio_close(io);
  }

  private void check(int code) throws IOException {
    if (code < 0) {
      throw failure(code);
    }
  }

  private IOException failure(int code) {
    // The file that is written has a hidden name until it is whole.
    return new IOException(target + ": " + Natives.message(code));
  }

  /** Frees everything; the file is no clip unless it was finished. */
  @Override
  public void close() {
    av_packet_free(packet);
    avcodec_free_context(encoder);
    if (!output.isNull()) {
      closeFile();
      avformat_free_context(output);
      output.setNull();
    }
  }
}

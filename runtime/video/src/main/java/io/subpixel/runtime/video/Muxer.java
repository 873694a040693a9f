package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
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
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_UNOFFICIAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_add;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_NONSTRICT;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_id;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
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
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_memdup;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import io.subpixel.pictures.InvalidInputException;
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
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
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
 * Writes the container of a clip that is another's with other pictures: streams, chapters and tags
 * are copied, video packets come from an encoder. For one thread at a time.
 *
 * <p>MP4 and MOV keep all timestamps; MKV and WebM round them to milliseconds, as their timestamps
 * are; AVI and Y4M have none, so that clips for them need a constant frame rate.
 */
final class Muxer implements AutoCloseable {
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

  private static final List<String> CONTAINER_TAGS =
      List.of("major_brand", "minor_version", "compatible_brands", "encoder");

  private static final Pattern PACKET_TAGS =
      Pattern.compile("encoder|(DURATION|BPS|NUMBER_OF_|_STATISTICS_).*");

  /** More than a frame of sound lasts; less than is seen or heard. */
  private static final double LATE_SECONDS = 0.06;

  private final Path file;
  private final Path target;
  private final Container container;
  private final ClipReader source;
  private final AVFormatContext output;
  private final List<ClipFacts.Copied> dropped = new ArrayList<>();
  private final Map<Integer, SubtitleConversion> conversions = new HashMap<>();
  private final int[] places;
  private final AVRational[] units;
  private final long[] last;
  private final long[] next;
  private final AVRational unit;
  private final AVPacket before = av_packet_alloc();
  private int video;
  private AVRational ticks;
  private double earliest;

  /**
   * Begins a container in which nothing is yet.
   *
   * @param file what is written; it is overwritten
   * @param target what messages call it
   * @param source where all but the pictures comes from; not in use while streams are added
   */
  Muxer(Path file, Path target, Container container, ClipReader source) {
    this.file = file;
    this.target = target;
    this.container = container;
    this.source = source;
    output = new AVFormatContext(null);
    avformat_alloc_output_context2(output, null, container.muxer(), container.url(file));
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
    ticks = unit;
  }

  /** FFmpeg's description of the container. */
  AVOutputFormat nativeFormat() {
    return output.oformat();
  }

  /**
   * Adds the streams and writes the header.
   *
   * @param encoder of the video
   * @param dropUnfit whether sound and subtitles that the container can't hold are left out, as all
   *     else is
   * @param done frames that are there already, of a container that is a file each
   * @throws InvalidInputException if the container can't hold a stream; nothing is written then
   */
  void begin(FrameEncoder encoder, boolean dropUnfit, long done) throws IOException {
    ticks = encoder.ticks();
    earliest = StreamStarts.earliest(source);
    addStreams(encoder, dropUnfit || container.isPicturesAlone());
    addChapters();
    writeHeader(done);
  }

  private void addStreams(FrameEncoder encoder, boolean dropUnfit) throws IOException {
    AVFormatContext input = source.nativeInput();
    List<ClipFacts.Copied> unfit = new ArrayList<>();
    for (int i = 0; i < input.nb_streams(); i++) {
      if (i == source.video()) {
        video = output.nb_streams();
        addVideo(input.streams(i), encoder);
      } else if (source.isCopied(i)) {
        if (isMatroskaCover(input.streams(i))) {
          addCover(input.streams(i));
        } else if (fits(input.streams(i)) || converts(i)) {
          places[i] = output.nb_streams();
          addCopy(input.streams(i), conversions.get(i));
        } else if (dropUnfit || !isMissed(input.streams(i))) {
          dropped.add(source.copied(i));
        } else {
          unfit.add(source.copied(i));
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
              + ", or leave them out",
          unfit.stream()
              .map(each -> each.kind() + " " + each.codec() + " (stream " + each.index() + ")")
              .collect(Collectors.joining(", ", "", " of " + source.file())));
    }
    output.metadata(copy(input.metadata(), CONTAINER_TAGS::contains));
  }

  private boolean fits(AVStream stream) {
    int kind = stream.codecpar().codec_type();
    int codec = stream.codecpar().codec_id();
    return switch (container) {
      case Y4M, PNG, GIF, WEBP -> false;
      case WEBM ->
          codec == AV_CODEC_ID_OPUS || codec == AV_CODEC_ID_VORBIS || codec == AV_CODEC_ID_WEBVTT;
      case MKV ->
          kind == AVMEDIA_TYPE_ATTACHMENT
              || (kind != AVMEDIA_TYPE_DATA && container.holds(output.oformat(), codec));
      case AVI -> container.holds(output.oformat(), codec) && isCounted(stream);
      case MP4, MOV -> kind != AVMEDIA_TYPE_ATTACHMENT && container.holds(output.oformat(), codec);
    };
  }

  /** AVI tells no times: sound is heard from the beginning on, and may not be meant for later. */
  private boolean isCounted(AVStream stream) {
    boolean isLate =
        stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO
            && StreamStarts.of(source, stream) - StreamStarts.earliest(source) > LATE_SECONDS;
    // What MPEG-TS has in front of each packet has no place.
    boolean isBare =
        stream.codecpar().codec_id() == AV_CODEC_ID_AAC && stream.codecpar().extradata_size() == 0;
    return !isLate && !isBare;
  }

  /** Whether who watches the clip would miss a stream: all others are for machines. */
  private static boolean isMissed(AVStream stream) {
    int kind = stream.codecpar().codec_type();
    return kind == AVMEDIA_TYPE_AUDIO || kind == AVMEDIA_TYPE_SUBTITLE;
  }

  private boolean converts(int index) {
    AVStream stream = source.nativeInput().streams(index);
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
    describe(from, to);
    // These tell of the packets before.
    to.metadata(
        copy(
            from.metadata(),
            key ->
                PACKET_TAGS.matcher(key).matches()
                    || (key.equalsIgnoreCase(Alpha.TAG) && !frames.keepsAlpha())));
    to.time_base(ticks);
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
    // Some streams tell these by their frames alone.
    PICTURE_FACTS.forEach(
        (ofFrame, ofPacket) -> {
          AVFrameSideData each = av_frame_get_side_data(source.nativeFirst(), ofFrame);
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

  private void addCopy(AVStream from, @Nullable SubtitleConversion conversion) {
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
    to.metadata(copy(from.metadata(), key -> false));
    to.time_base(from.time_base());
    to.sample_aspect_ratio(from.sample_aspect_ratio());
    double start = StreamStarts.of(source, from);
    if (from.codecpar().sample_rate() > 0 && to.codecpar().initial_padding() == 0 && start < 0) {
      // Sound that begins before 0 warms up its decoder; untold, Matroska would move all streams.
      to.codecpar().initial_padding((int) Math.round(-start * from.codecpar().sample_rate()));
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

  private void writeHeader(long done) throws IOException {
    int code = 0;
    // A sequence's files are opened one by one.
    if (!container.isSequence()) {
      AVIOContext io = new AVIOContext(null);
      code = avio_open(io, container.url(file), AVIO_FLAG_WRITE);
      if (code < 0) {
        throw Natives.failure(target, code);
      }
      output.pb(io);
    }
    output.strict_std_compliance(FF_COMPLIANCE_UNOFFICIAL);
    AVDictionary options = new AVDictionary(null);
    if (container.isQuickTime()) {
      // Delays of streams are kept in the film's time, which is milliseconds by default.
      av_dict_set(options, "movie_timescale", Integer.toString(commonTicks()), 0);
      if (Natives.keys(output.metadata()).stream().anyMatch(each -> each.startsWith("com."))) {
        av_dict_set(options, "movflags", "use_metadata_tags", 0);
      }
    }
    container.options(done).forEach((key, value) -> av_dict_set(options, key, value, 0));
    code = avformat_write_header(output, options);
    av_dict_free(options);
    if (code < 0) {
      closeFile();
      if (!container.isSequence()) {
        Files.deleteIfExists(file);
      }
      throw new UnfitContainerException(
          target.toString(),
          "streams that ." + container + " holds, as .mkv may",
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
    SubtitleConversion conversion = conversions.get(each.stream());
    if (conversion != null && !conversion.convert(copy)) {
      return;
    }
    if (container == Container.AVI) {
      long early = Math.round(earliest / Natives.ratio(units[each.stream()]).value());
      copy.pts(copy.pts() == AV_NOPTS_VALUE ? copy.pts() : copy.pts() - early);
      copy.dts(copy.dts() == AV_NOPTS_VALUE ? copy.dts() : copy.dts() - early);
    }
    AVStream stream = output.streams(place);
    av_packet_rescale_ts(copy, units[each.stream()], stream.time_base());
    order(copy, place);
    copy.stream_index(place).pos(-1);
    Natives.check(target, av_interleaved_write_frame(output, copy));
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

  /** Writes a packet of video, with timestamps in the encoder's ticks; it is empty afterwards. */
  void writeVideo(AVPacket packet) throws IOException {
    packet.stream_index(video);
    if (container == Container.Y4M) {
      repeat(packet);
    }
    av_packet_rescale_ts(packet, ticks, output.streams(video).time_base());
    Natives.check(target, av_interleaved_write_frame(output, packet));
  }

  /** Where each frame is shown equally long, one that is shown longer is written again. */
  private void repeat(AVPacket next) throws IOException {
    for (long i = next.duration() - 1; i > 0 && before.size() > 0; i--) {
      AVPacket again = av_packet_clone(before);
      again.pts(next.pts() - i).dts(next.pts() - i).duration(1);
      try {
        Natives.check(target, av_interleaved_write_frame(output, again));
      } finally {
        av_packet_free(again);
      }
    }
    next.duration(1);
    av_packet_unref(before);
    av_packet_ref(before, next);
  }

  /** Ends the container. Only close follows. */
  void finish() throws IOException {
    Natives.check(target, av_write_trailer(output));
    Natives.check(target, closeFile());
  }

  private int closeFile() {
    AVIOContext io = output.pb();
    if (io == null) {
      return 0;
    }
    output.pb(null);
    return avio_close(io);
  }

  /** Frees everything; the file is no clip unless it was finished. */
  @Override
  public void close() {
    conversions.values().forEach(SubtitleConversion::close);
    conversions.clear();
    av_packet_free(before);
    if (!output.isNull()) {
      closeFile();
      avformat_free_context(output);
      output.setNull();
    }
  }
}

package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_DVVIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_PROGRESSIVE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_demuxer_iterate;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_seek_file;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_compare_ts;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;
import static org.bytedeco.ffmpeg.global.avutil.av_fourcc_make_string;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_get_media_type_string;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a clip: decodes its best video stream and hands on all other streams as they are. Used by
 * one thread at a time.
 */
final class ClipReader implements AutoCloseable {
  /**
   * A part of a clip.
   *
   * @param start seconds from the clip's beginning; 0 for all
   * @param end likewise, not reached; infinity for all
   */
  record Range(double start, double end) {
    static final Range ALL = new Range(0, Double.POSITIVE_INFINITY);

    Range {
      if (!(start >= 0 && end > start)) {
        throw new IllegalArgumentException(
            "expected 0 <= start < end, received " + start + " and " + end);
      }
    }
  }

  /** These name other files, or none at all; a clip from a stranger could read any through them. */
  private static final Set<String> PLAYLISTS =
      Set.of(
          "concat",
          "concatf",
          "dash",
          "ffmetadata",
          "hls",
          "image2",
          "imf",
          "mpjpeg",
          "rtp",
          "rtsp",
          "sap",
          "sdp",
          "vobsub",
          "webm_dash_manifest");

  private static final int MAX_STREAMS = 200;
  private static final long MAX_PIXELS = 1L << 27;

  /** Streams may be interleaved this loosely: so long is looked for packets after the end. */
  private static final double INTERLEAVING_SECONDS = 10;

  /** Where a search that came too late starts once more, before it starts at the beginning. */
  private static final double SEEK_SECONDS = 10;

  private static final int TIME_CODE = 't' | 'm' << 8 | 'c' << 16 | 'd' << 24;

  private final Path file;
  private final Range range;
  private final Treatment treatment;
  private final AVFormatContext input;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame first = av_frame_alloc();
  private final Deque<Item> opened = new ArrayDeque<>();
  private AVCodecContext decoder = new AVCodecContext(null);
  private int video;
  private AVRational timeBase = new AVRational();

  /** FFmpeg takes all of DV for interlaced; whether the container knows better. */
  private boolean isProgressive;

  private boolean[] copied = {};
  private @Nullable FrameFormat format;

  /** The first timestamp that is wanted, and the first that is no more. */
  private long from = Long.MIN_VALUE;

  private long until = Long.MAX_VALUE;

  /** The timestamp at which the file's video begins. */
  private long begin;

  /** By how much timestamps are less than in the file, in the video's time base. */
  private long shift;

  private long last = AV_NOPTS_VALUE;
  private long earliest = Long.MAX_VALUE;
  private boolean ended;
  private boolean complete;
  private @Nullable FramePreparation preparation;
  private @Nullable UntimedStart untimed;
  private int faults;
  private @Nullable String firstFault;

  private ClipReader(Path file, Range range, Treatment treatment, AVFormatContext input) {
    this.file = file;
    this.range = range;
    this.treatment = treatment;
    this.input = input;
  }

  /**
   * Opens a clip and decodes its first frame. If the range starts later than the clip, the first
   * frame in it gets the timestamp 0, and all other streams follow.
   *
   * @param threads that decode; 0 for one a core
   * @throws InvalidInputException if the file is no clip, has no video, no frame in the range, or
   *     frames of a kind that isn't read, such as interlaced ones or those of a graphics card
   */
  static ClipReader open(Path file, Range range, int threads) throws IOException {
    return open(file, range, threads, Treatment.NONE);
  }

  /**
   * As above.
   *
   * @param treatment what becomes of frames first
   */
  static ClipReader open(Path file, Range range, int threads, Treatment treatment)
      throws IOException {
    Natives.silence();
    ClipReader reader = new ClipReader(file, range, treatment, demuxer(file));
    try {
      reader.findStreams();
      reader.openDecoder(threads);
      reader.findStart();
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static AVFormatContext demuxer(Path file) throws IOException {
    AVFormatContext input = avformat_alloc_context();
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "protocol_whitelist", "file", 0);
    av_dict_set(options, "format_whitelist", readable(), 0);
    av_dict_set(options, "max_streams", Integer.toString(MAX_STREAMS), 0);
    try {
      int code = avformat_open_input(input, Natives.url(file), null, options);
      if (code < 0) {
        throw new InvalidInputException(
            file.toString(), "a video clip that FFmpeg reads", Natives.message(code));
      }
    } finally {
      av_dict_free(options);
    }
    int code = avformat_find_stream_info(input, (AVDictionary) null);
    if (code < 0) {
      avformat_close_input(input);
      throw new InvalidInputException(
          file.toString(), "a video clip that FFmpeg reads", Natives.message(code));
    }
    return input;
  }

  /** FFmpeg's names of all containers but playlists. */
  private static String readable() {
    List<String> names = new ArrayList<>();
    try (PointerPointer<Pointer> state = new PointerPointer<>(1)) {
      state.put(0, (Pointer) null);
      for (AVInputFormat each = av_demuxer_iterate(state);
          each != null;
          each = av_demuxer_iterate(state)) {
        String name = Natives.text(each.name());
        if (!PLAYLISTS.contains(name)) {
          names.add(name);
        }
      }
    }
    return String.join(",", names);
  }

  private void findStreams() throws IOException {
    video = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (video < 0) {
      throw invalid("a video stream", "none");
    }
    if ((stream(video).disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      throw invalid("a video stream", "no more than a cover picture");
    }
    // A copy, as it is used beside the native stream's own.
    timeBase = Natives.rational(Natives.ratio(stream(video).time_base()));
    preparation = new FramePreparation(file, treatment, timeBase);
    copied = new boolean[input.nb_streams()];
    for (int i = 0; i < copied.length; i++) {
      AVStream stream = stream(i);
      // Containers make chapters' and time codes' tracks themselves, from what they are told.
      copied[i] =
          i != video
              && stream.discard() != AVDISCARD_ALL
              && stream.codecpar().codec_tag() != TIME_CODE;
      if (i != video && !copied[i]) {
        stream.discard(AVDISCARD_ALL);
      }
    }
  }

  private void openDecoder(int threads) throws IOException {
    AVCodecParameters parameters = stream(video).codecpar();
    AVCodec codec = decoderOf(stream(video));
    if (codec == null) {
      throw invalid(
          "video that FFmpeg decodes", Natives.text(avcodec_get_name(parameters.codec_id())));
    }
    isProgressive =
        parameters.codec_id() == AV_CODEC_ID_DVVIDEO
            && parameters.field_order() == AV_FIELD_PROGRESSIVE;
    decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, parameters);
    decoder.pkt_timebase(timeBase).thread_count(threads).max_pixels(MAX_PIXELS);
    int code = avcodec_open2(decoder, codec, (AVDictionary) null);
    if (code < 0) {
      throw invalid("video that FFmpeg decodes", Natives.message(code));
    }
  }

  /** FFmpeg's own decoders of VP8 and VP9 leave alpha out, libvpx's don't. */
  private static @Nullable AVCodec decoderOf(AVStream stream) {
    int codec = stream.codecpar().codec_id();
    String name =
        codec == AV_CODEC_ID_VP9 ? "libvpx-vp9" : codec == AV_CODEC_ID_VP8 ? "libvpx" : null;
    AVCodec withAlpha =
        name == null || !Alpha.isTold(stream) ? null : avcodec_find_decoder_by_name(name);
    return withAlpha == null ? avcodec_find_decoder(codec) : withAlpha;
  }

  /** Decodes up to the first frame of the range, and holds what was met until then. */
  private void findStart() throws IOException {
    untimed = new UntimedStart(input, video);
    begin = untimed.begin() == AV_NOPTS_VALUE ? start(stream(video)) : untimed.begin();
    if (range.end() < Double.POSITIVE_INFINITY) {
      until = begin + ticks(range.end());
    }
    boolean found;
    if (!isCut()) {
      found = holdFirst();
      shift = found ? Math.min(0, first.pts()) : 0;
    } else {
      double length = seconds(input, stream(video));
      // A last frame may last for no time.
      if (range.start() > length) {
        throw invalid("a start before the end at " + length + " s", range.start() + " s");
      }
      from = begin + ticks(range.start());
      found = seek(from) || seek(from - ticks(SEEK_SECONDS)) || seek(begin);
      shift = first.pts();
      from = shift;
    }
    if (!found) {
      throw invalid(
          "a frame from "
              + range.start()
              + (range.end() < Double.POSITIVE_INFINITY ? " s to " + range.end() + " s" : " s on"),
          firstFault == null ? "none" : firstFault);
    }
  }

  /**
   * Reads from the key frame before a timestamp on. Without an index this may end too late: false
   * if a frame was missed.
   */
  private boolean seek(long timestamp) throws IOException {
    avformat_seek_file(input, video, Long.MIN_VALUE, timestamp, timestamp, 0);
    avcodec_flush_buffers(decoder);
    preparation().reset();
    opened.forEach(Item::close);
    opened.clear();
    av_frame_unref(first);
    Objects.requireNonNull(untimed).close();
    format = null;
    last = AV_NOPTS_VALUE;
    earliest = Long.MAX_VALUE;
    ended = false;
    complete = false;
    return holdFirst() && (earliest <= from || timestamp == begin);
  }

  private boolean holdFirst() throws IOException {
    while (true) {
      Item item = advance();
      if (item == null) {
        return false;
      }
      opened.add(item);
      if (item instanceof Frame frame) {
        av_frame_ref(first, frame.nativeFrame());
        return true;
      }
    }
  }

  /**
   * The next of the file: a {@link Packet} to copy or a {@link Frame}; null at the end. The caller
   * closes it.
   *
   * @throws InvalidInputException if frames change their size or format midway
   */
  @Nullable Item next() throws IOException {
    while (true) {
      Item item = opened.isEmpty() ? advance() : opened.remove();
      if (item instanceof Frame frame) {
        frame.nativeFrame().pts(frame.pts() - shift);
      }
      if (item instanceof Packet each && !accept(each.nativePacket())) {
        each.close();
      } else {
        return item;
      }
    }
  }

  /**
   * The next frame; packets before it are passed over. The caller closes it.
   *
   * @throws InvalidInputException if there is none
   */
  Frame nextFrame() throws IOException {
    for (Item item = next(); item != null; item = next()) {
      if (item instanceof Frame frame) {
        return frame;
      }
      item.close();
    }
    throw invalid("one more frame", "none");
  }

  /** When a frame is shown, from the beginning of the file. */
  double seconds(Frame frame) {
    long pts = frame.pts() + shift - begin;
    return pts * Natives.ratio(timeBase).value();
  }

  /** Whether a packet is in the range; if so, its timestamps follow the first frame's. */
  private boolean accept(AVPacket each) {
    AVStream stream = stream(each.stream_index());
    long time = each.pts() == AV_NOPTS_VALUE ? each.dts() : each.pts();
    if (time == AV_NOPTS_VALUE || (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      return true;
    }
    AVRational unit = stream.time_base();
    if ((from != Long.MIN_VALUE && av_compare_ts(time, unit, from, timeBase) < 0)
        || (until != Long.MAX_VALUE && av_compare_ts(time, unit, until, timeBase) >= 0)) {
      return false;
    }
    long offset = av_rescale_q(shift, timeBase, unit);
    if (each.pts() != AV_NOPTS_VALUE) {
      each.pts(each.pts() - offset);
    }
    if (each.dts() != AV_NOPTS_VALUE) {
      each.dts(each.dts() - offset);
    }
    return true;
  }

  /** As {@link #next}, but with the file's timestamps, and packets from outside the range, too. */
  private @Nullable Item advance() throws IOException {
    while (true) {
      Frame frame = decoded();
      if (frame != null) {
        return frame;
      }
      if (ended) {
        return null;
      }
      int code = Objects.requireNonNull(untimed).read(packet) ? 0 : av_read_frame(input, packet);
      if (code < 0) {
        if (code != AVERROR_EOF) {
          fault(Natives.message(code), AV_NOPTS_VALUE);
        }
        ended = true;
        avcodec_send_packet(decoder, (AVPacket) null);
      } else if (packet.stream_index() == video) {
        decode();
        av_packet_unref(packet);
      } else {
        AVPacket own = av_packet_alloc();
        av_packet_move_ref(own, packet);
        return new Packet(own);
      }
    }
  }

  private void decode() {
    if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
      fault("damaged packet", packet.pts());
    }
    if (complete) {
      ended = packet.dts() >= until + ticks(INTERLEAVING_SECONDS);
      return;
    }
    int code = avcodec_send_packet(decoder, packet);
    if (code < 0) {
      fault(Natives.message(code), packet.pts());
    }
  }

  /** The next frame of the range that is ready; null if more must be fed to the decoder. */
  private @Nullable Frame decoded() throws IOException {
    while (!complete) {
      AVFrame frame = prepared();
      if (frame == null) {
        return null;
      }
      if (frame.pts() >= from && frame.pts() < until) {
        return wrap(frame);
      }
      complete = frame.pts() >= until;
      av_frame_free(frame);
    }
    return null;
  }

  /** As {@link #received}, but prepared to be upscaled, which may take later ones. */
  private @Nullable AVFrame prepared() throws IOException {
    AVFrame ready = preparation().take();
    while (ready == null) {
      AVFrame frame = received();
      if (frame != null) {
        try {
          preparation().put(frame, (frame.pts() - begin) * Natives.ratio(timeBase).value());
        } finally {
          av_frame_free(frame);
        }
        ready = preparation().take();
      } else if (ended) {
        preparation().finish();
        return preparation().take();
      } else {
        return null;
      }
    }
    return ready;
  }

  /** The decoder's next frame, with its timestamp; null if there is none yet. */
  private @Nullable AVFrame received() {
    while (true) {
      AVFrame frame = av_frame_alloc();
      int code = avcodec_receive_frame(decoder, frame);
      if (code == 0) {
        stamp(frame);
        if (isProgressive) {
          frame.flags(frame.flags() & ~AV_FRAME_FLAG_INTERLACED);
        }
        return frame;
      }
      av_frame_free(frame);
      if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
        return null;
      }
      fault(Natives.message(code), AV_NOPTS_VALUE);
    }
  }

  /** Gives a frame its timestamp, which must grow even where the file's doesn't. */
  private void stamp(AVFrame frame) {
    long pts = frame.best_effort_timestamp();
    UntimedStart start = Objects.requireNonNull(untimed);
    if (last == AV_NOPTS_VALUE) {
      if (pts == AV_NOPTS_VALUE) {
        pts = start.begin() == AV_NOPTS_VALUE ? 0 : start.begin();
      }
      earliest = pts;
    } else if (pts == AV_NOPTS_VALUE) {
      pts = last + Math.max(1, frame.duration() > 0 ? frame.duration() : start.step());
    } else {
      pts = Math.max(pts, last + 1);
    }
    last = pts;
    frame.pts(pts);
    if (frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0) {
      fault("frame with damage", pts);
    }
  }

  private Frame wrap(AVFrame each) throws IOException {
    if ((each.flags() & AV_FRAME_FLAG_INTERLACED) != 0) {
      String time = time(each.pts());
      av_frame_free(each);
      throw invalid(
          "progressive frames, unless they are to be deinterlaced",
          "interlaced ones from " + time + " on");
    }
    Frame frame = new Frame(each, Objects.requireNonNull(PixelFormat.of(each.format())));
    format = format == null ? frame.format() : format;
    return frame;
  }

  /** When something is, from the beginning of the clip, for messages. */
  private String time(long pts) {
    return String.format(Locale.ROOT, "%.3f s", (pts - begin) * Natives.ratio(timeBase).value());
  }

  private void fault(String what, long pts) {
    faults++;
    if (firstFault == null) {
      firstFault = pts == AV_NOPTS_VALUE ? what : what + " at " + time(pts);
    }
  }

  /** What the header and the first frame tell. */
  ClipFacts facts() {
    AVStream stream = stream(video);
    AVCodecParameters parameters = stream.codecpar();
    AVRational rate = stream.avg_frame_rate();
    List<ClipFacts.Copied> others = new ArrayList<>();
    for (int i = 0; i < copied.length; i++) {
      if (copied[i]) {
        others.add(copied(i));
      }
    }
    return new ClipFacts(
        Natives.text(input.iformat().name()),
        Natives.text(avcodec_get_name(parameters.codec_id())),
        PixelFormat.name(first.format()),
        Objects.requireNonNull(format),
        sampleAspectRatio(),
        Natives.ratio(timeBase),
        Natives.ratio(rate.num() > 0 ? rate : stream.r_frame_rate()),
        stream.nb_frames() > 0 ? OptionalLong.of(stream.nb_frames()) : OptionalLong.empty(),
        Math.min(range.end(), seconds(input, stream)) - range.start(),
        orientation() == Orientation.UPRIGHT ? rotation(parameters) : 0,
        others);
  }

  private Ratio sampleAspectRatio() {
    Ratio stored = Natives.ratio(av_guess_sample_aspect_ratio(input, stream(video), first));
    boolean isTurned = orientation().isTransposing() && stored.numerator() > 0;
    return isTurned ? stored.inverse() : stored;
  }

  /** What one of the other streams is. */
  ClipFacts.Copied copied(int index) {
    AVCodecParameters parameters = stream(index).codecpar();
    return new ClipFacts.Copied(
        index,
        Natives.text(av_get_media_type_string(parameters.codec_type())),
        parameters.codec_id() == AV_CODEC_ID_NONE
            ? fourLetters(parameters.codec_tag())
            : Natives.text(avcodec_get_name(parameters.codec_id())));
  }

  /** A container's name of a codec that FFmpeg has no name for. */
  private static String fourLetters(int tag) {
    byte[] text = new byte[32];
    av_fourcc_make_string(text, tag);
    return new String(text, StandardCharsets.US_ASCII).trim();
  }

  private static double seconds(AVFormatContext input, AVStream stream) {
    if (stream.duration() != AV_NOPTS_VALUE) {
      return stream.duration() * Natives.ratio(stream.time_base()).value();
    }
    return input.duration() == AV_NOPTS_VALUE
        ? Double.NaN
        : input.duration() / (double) AV_TIME_BASE;
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

  private static long start(AVStream stream) {
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  /** Seconds in the video's time base, rounded up. */
  private long ticks(double seconds) {
    return (long) Math.ceil(seconds / Natives.ratio(timeBase).value() - 1e-6);
  }

  private InvalidInputException invalid(String expected, String received) {
    return new InvalidInputException(file.toString(), expected, received);
  }

  private AVStream stream(int index) {
    return input.streams(index);
  }

  /** How many faults were met so far: packets that didn't decode, damage in the container. */
  int faults() {
    return faults;
  }

  /** What FFmpeg said of the first of them. */
  @Nullable String firstFault() {
    return firstFault;
  }

  /** For the writer, which copies what there is in the header. */
  AVFormatContext nativeInput() {
    return input;
  }

  /** For the writer: the first frame, whose colours are all frames'. */
  AVFrame nativeFirst() {
    return first;
  }

  /** Place of the decoded stream in the file. */
  int video() {
    return video;
  }

  /** Whether what comes before the first frame is left out. */
  boolean isCut() {
    return range.start() > 0;
  }

  boolean isCopied(int index) {
    return copied[index];
  }

  /** The timestamp of the file at which its items' are 0, in the video's time base. */
  long shift() {
    return shift;
  }

  /** The first timestamp of the file behind the range, likewise. */
  long until() {
    return until;
  }

  /** What was done to frames so that they are upright. */
  Orientation orientation() {
    return preparation().orientation();
  }

  /** What was done to frames that aren't as the first, in words. */
  List<String> notes() {
    return preparation().notes();
  }

  private FramePreparation preparation() {
    return Objects.requireNonNull(preparation);
  }

  Path file() {
    return file;
  }

  /** What of the file is read, and how, in words. */
  String options() {
    return range + " " + treatment;
  }

  @Override
  public void close() {
    opened.forEach(Item::close);
    opened.clear();
    if (preparation != null) {
      preparation.close();
    }
    if (untimed != null) {
      untimed.close();
    }
    av_frame_free(first);
    av_packet_free(packet);
    avcodec_free_context(decoder);
    avformat_close_input(input);
  }
}

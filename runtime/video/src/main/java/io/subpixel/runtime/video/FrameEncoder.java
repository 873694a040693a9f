package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_PIX_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_UNOFFICIAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DETECTION_BBOXES;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_FILM_GRAIN_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_LCEVC;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MOTION_VECTORS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_VIDEO_ENC_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Encodes frames of one format, one packet each, in their order. For one thread at a time. */
final class FrameEncoder implements AutoCloseable {
  /** Seconds from key frame to key frame, which players jump to. */
  private static final int KEY_SECONDS = 4;

  /** A frame is shown at most so long where frames are counted. */
  private static final int MAX_REPEATS = 1000;

  /** MPEG-4 counts time in 16 bits. */
  private static final int MPEG4_TICKS = 65535;

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

  private final ClipReader source;
  private final ClipFacts facts;
  private final FrameFormat given;
  private final ClipEncoding encoding;
  private final Container container;
  private final AVOutputFormat muxer;
  private final Path target;
  private final AVRational unit;

  /** When the first stream begins, which is where AVI counts from. */
  private final double earliest;

  private final AVPacket packet = av_packet_alloc();

  /** Timestamps and durations of the frames in the encoder, by what it takes for timestamps. */
  private final Map<Long, long[]> inside = new HashMap<>();

  /** As frames are given, unless alpha is left out. */
  private FrameFormat format;

  private AVCodecContext encoder = new AVCodecContext(null);
  private @Nullable FilterGraph conversion;
  private boolean numbered;
  private long number = -1;
  private long sent = -1;
  private long previous;

  /** Takes what comes out of it. */
  @FunctionalInterface
  interface Sink {
    /** A frame's packet, with timestamps in {@link #ticks}; it may be emptied. */
    void packet(AVPacket packet) throws IOException;
  }

  private FrameEncoder(
      ClipReader source,
      FrameFormat format,
      ClipEncoding encoding,
      Container container,
      AVOutputFormat muxer,
      Path target) {
    this.source = source;
    facts = source.facts();
    given = format;
    this.format = format;
    this.encoding = encoding;
    this.container = container;
    this.muxer = muxer;
    this.target = target;
    unit = Natives.rational(facts.timeBase());
    earliest = StreamStarts.earliest(source);
  }

  /**
   * Opens the encoder that is asked for, or else the first that takes the frames.
   *
   * @param source of the frames that they are made from, for their colours and timestamps
   * @param format of the frames to come
   * @param muxer of the container
   * @param target what messages call the output
   * @throws InvalidInputException if there is none
   */
  static FrameEncoder open(
      ClipReader source,
      FrameFormat format,
      ClipEncoding encoding,
      Container container,
      AVOutputFormat muxer,
      Path target)
      throws IOException {
    FrameEncoder encoder = new FrameEncoder(source, format, encoding, container, muxer, target);
    try {
      encoder.choose();
      return encoder;
    } catch (IOException | RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  private void choose() throws IOException {
    Map<String, String> refusals = new LinkedHashMap<>();
    if (chosen(refusals)) {
      return;
    }
    if (given.hasAlpha() && encoding.dropUnfit()) {
      format = given.opaque();
      if (chosen(refusals)) {
        return;
      }
    }
    String pixels = PixelFormat.name(PixelFormat.planar(given));
    String reasons =
        refusals.entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining("; "));
    throw given.hasAlpha()
        ? new UnfitContainerException(
            target.toString(),
            "a container and codec that keep alpha, as .webm and .mkv do, or to leave it out",
            pixels + " of " + source.file() + " for ." + container + " (" + reasons + ")")
        : new UnfitContainerException(
            target.toString(),
            "an encoder for ."
                + container
                + " that takes "
                + pixels
                + " of "
                + format.width()
                + "x"
                + format.height()
                + ", as .mkv has",
            reasons);
  }

  /** Takes the first candidate for the frames as they are, else for them in a wider format. */
  private boolean chosen(Map<String, String> refusals) throws IOException {
    for (boolean wider : new boolean[] {false, true}) {
      for (String name : candidates()) {
        String refusal = open(name, wider);
        if (refusal == null) {
          return true;
        }
        refusals.putIfAbsent(name, refusal);
      }
    }
    return false;
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
  private @Nullable String open(String name, boolean wider) throws IOException {
    AVCodec codec = avcodec_find_encoder_by_name(name);
    if (codec == null) {
      return "not in this build of FFmpeg";
    }
    if (!container.holds(muxer, codec.id())) {
      return "not for this container";
    }
    ClipCodec known = ClipCodec.ofEncoder(name);
    int pixels = pixels(known, wider);
    if (!takes(codec, pixels)) {
      return "not for " + PixelFormat.name(pixels);
    }
    if (name.equals("libopenh264") && (format.width() % 2 != 0 || format.height() % 2 != 0)) {
      return "not for odd sizes";
    }
    int least = ClipCodec.leastSide(name);
    if (Math.min(format.width(), format.height()) < least) {
      return "not for less than " + least + " columns or rows";
    }
    boolean isBeside = known == ClipCodec.VP9 && !container.isMatroska();
    if (format.hasAlpha() && (isBeside || container == Container.Y4M)) {
      return "no alpha in this container";
    }
    if (known == ClipCodec.WEBP
        && Math.max(shown().width(), shown().height()) > ClipCodec.MAX_WEBP_SIDE) {
      return "not for more than " + ClipCodec.MAX_WEBP_SIDE + " columns or rows";
    }
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

  /** The pixel format that an encoder gets: the frames' own, unless they are converted for it. */
  private int pixels(@Nullable ClipCodec codec, boolean wider) throws IOException {
    if (conversion != null) {
      conversion.close();
      conversion = null;
    }
    FrameSize shown = shown();
    if (shown.pixels() > VideoUpscaler.MAX_PIXELS) {
      throw new InvalidInputException(
          source.file().toString(),
          "frames of at most " + VideoUpscaler.MAX_PIXELS + " pixels with square samples",
          shown.toString());
    }
    String filters = codec == null ? null : codec.conversion(format, shown, wider);
    if (filters == null) {
      return PixelFormat.planar(format);
    }
    AVFrame first = source.nativeFirst();
    conversion = FilterGraph.of(filters, format, first.colorspace(), range(first), unit);
    return conversion.pixels();
  }

  /** The size of frames as the container tells or shows it. */
  private FrameSize shown() {
    return container.hasSampleShape()
        ? new FrameSize(format.width(), format.height())
        : FrameSize.shown(format, facts.sampleAspectRatio());
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
    if (conversion != null) {
      encoder
          .width(conversion.resultWidth())
          .height(conversion.resultHeight())
          .color_range(conversion.resultRange());
    }
    if (!container.hasSampleShape()) {
      encoder.sample_aspect_ratio(Natives.rational(new Ratio(1, 1)));
    }
    if (codec != null && codec.isRgb()) {
      encoder
          .colorspace(AVCOL_SPC_RGB)
          .color_range(AVCOL_RANGE_JPEG)
          .chroma_sample_location(AVCHROMA_LOC_UNSPECIFIED);
    }
    if ((muxer.flags() & AVFMT_GLOBALHEADER) != 0) {
      encoder.flags(encoder.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    encoder.strict_std_compliance(FF_COMPLIANCE_UNOFFICIAL);
  }

  /** Seconds a frame. */
  private AVRational frameTime() {
    Ratio rate = facts.frameRate();
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

  /** Whether it keeps alpha; without any there is none to keep. */
  boolean keepsAlpha() {
    return format.hasAlpha();
  }

  /** Whether the frames have alpha that it leaves out. */
  boolean dropsAlpha() {
    return given.hasAlpha() && !format.hasAlpha();
  }

  /** The size of what comes out of it. */
  FrameSize size() {
    return new FrameSize(encoder.width(), encoder.height());
  }

  /** The unit of packets' timestamps. */
  AVRational ticks() {
    return container.isCounted() ? encoder.time_base() : unit;
  }

  /** For the container, which is told of the encoder's parameters. */
  AVCodecContext nativeEncoder() {
    return encoder;
  }

  /** What packets of two runs must have in common, so that one stream may hold them. */
  String identity() {
    int size = encoder.extradata_size();
    byte[] bytes = new byte[size];
    if (size > 0) {
      encoder.extradata().get(bytes);
    }
    CRC32 header = new CRC32();
    header.update(bytes);
    return name() + " " + format + " " + Long.toHexString(header.getValue());
  }

  /** FFmpeg's name of the encoder that was chosen. */
  String name() {
    return Natives.text(encoder.codec().name());
  }

  /**
   * Encodes a frame.
   *
   * @param planes of the encoder's format
   * @param of the frame that was upscaled: timestamp, duration and side data are its own
   */
  void encode(Planes planes, Frame of, Sink sink) throws IOException {
    AVFrame picture = picture(of);
    try {
      planes.copyTo(picture);
      long[] times = {picture.pts(), picture.duration()};
      if (numbered) {
        number(picture.pts());
        picture.pts(number).duration(1);
      }
      inside.put(picture.pts(), times);
      if (conversion == null) {
        send(picture, sink);
      } else {
        conversion.put(picture);
        sendConverted(sink);
      }
    } finally {
      av_frame_free(picture);
    }
  }

  /** Counts a frame that was encoded by an earlier run. */
  void pass(Frame each) throws IOException {
    if (numbered) {
      number(each.pts());
      sent = number;
    }
  }

  /** Encodes what it still holds; nothing may follow. */
  void finish(Sink sink) throws IOException {
    if (conversion != null) {
      conversion.put(null);
      sendConverted(sink);
    }
    send(null, sink);
  }

  private void sendConverted(Sink sink) throws IOException {
    FilterGraph graph = Objects.requireNonNull(conversion);
    for (AVFrame each = graph.take(); each != null; each = graph.take()) {
      try {
        each.pict_type(0).quality(encoder.global_quality());
        send(each, sink);
      } finally {
        av_frame_free(each);
      }
    }
  }

  private void send(@Nullable AVFrame picture, Sink sink) throws IOException {
    Natives.check(target, avcodec_send_frame(encoder, picture));
    while (true) {
      int code = avcodec_receive_packet(encoder, packet);
      if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
        return;
      }
      Natives.check(target, code);
      long[] times = inside.remove(packet.pts());
      if (container.isCounted()) {
        // Since the one before, which the muxer repeats where nothing may be left out.
        packet.duration(Math.max(1, packet.pts() - sent));
        sent = packet.pts();
      } else if (times != null) {
        if (numbered) {
          packet.pts(times[0]).dts(times[0]);
        }
        packet.duration(times[1]);
      }
      sink.packet(packet);
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
        .format(PixelFormat.planar(format))
        .width(format.width())
        .height(format.height())
        // Which frames are coded how is the encoder's to choose.
        .pict_type(0)
        .crop_left(0)
        .crop_right(0)
        .crop_top(0)
        .crop_bottom(0)
        .color_range(range(source.nativeFirst()))
        .quality(encoder.global_quality())
        .time_base(encoder.time_base());
    int code = av_frame_get_buffer(picture, 0);
    if (code < 0) {
      av_frame_free(picture);
      throw Natives.failure(target, code);
    }
    return picture;
  }

  /** The next frame's number; where these are the timestamps, frames that miss their turn count. */
  private void number(long pts) throws IOException {
    double frames = pts * ratio(unit) / ratio(encoder.time_base());
    if (number < 0) {
      double late = (pts * ratio(unit) - earliest) / ratio(encoder.time_base());
      number = container == Container.AVI ? Math.max(0, Math.round(late)) : 0;
    } else if (container.isCounted()) {
      double step = frames - previous * ratio(unit) / ratio(encoder.time_base());
      long turns = Math.round(step);
      if (turns < 1 || turns > MAX_REPEATS || Math.abs(step - turns) > 0.25) {
        throw new UnfitContainerException(
            source.file().toString(),
            "a constant frame rate for ." + container + "; try .mkv or .mp4",
            String.format(
                Locale.ROOT,
                "%.2f frame times between two frames at %.3f s",
                step,
                pts * ratio(unit)));
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

  @Override
  public void close() {
    av_packet_free(packet);
    avcodec_free_context(encoder);
    if (conversion != null) {
      conversion.close();
    }
  }
}

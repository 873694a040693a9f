package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_PASS1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_PASS2;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_UNOFFICIAL;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Opens the encoder for the frames of a clip: the requested one, or the first that accepts them
 * unchanged, or else converted.
 */
final class EncoderChoice {
  /** Seconds between key frames, which players seek to. */
  private static final int KEY_SECONDS = 4;

  /** MPEG-4 stores time in 16 bits. */
  private static final int MPEG4_TICKS = 65535;

  private final ClipHeader source;
  private final ClipFacts facts;
  private final FrameFormat given;
  private final Ratio sample;
  private final ClipEncoding encoding;
  private final Container container;
  private final AVOutputFormat muxer;
  private final Path target;
  private final AVRational unit;
  private final AVFrame look;

  /** The format of the input frames, without alpha if it is dropped. */
  private FrameFormat format;

  private AVCodecContext encoder = new AVCodecContext(null);
  private @Nullable FilterGraph conversion;
  private @Nullable String note;

  /**
   * An open encoder.
   *
   * @param encoder FFmpeg's encoder; the caller frees it
   * @param conversion the conversion of frames before encoding, or null; the caller frees it
   * @param format the format that it, or the conversion, accepts
   * @param range FFmpeg's number of their range
   * @param numbered whether it receives frame numbers instead of timestamps
   * @param note why no graphics card encodes, if one was asked for; null if there is nothing to say
   */
  record Opened(
      AVCodecContext encoder,
      @Nullable FilterGraph conversion,
      FrameFormat format,
      int range,
      boolean numbered,
      @Nullable String note) {}

  private EncoderChoice(
      ClipHeader source,
      FrameShape shape,
      ClipEncoding encoding,
      Container container,
      AVOutputFormat muxer,
      Path target) {
    this.source = source;
    facts = source.facts();
    look = source.look();
    given = facts.format().withSize(shape.width(), shape.height());
    format = given;
    sample = shape.sample();
    this.encoding = encoding;
    this.container = container;
    this.muxer = muxer;
    this.target = target;
    unit = Natives.rational(facts.timeBase());
  }

  /**
   * Opens an encoder.
   *
   * @param source the source clip, for colours and timestamps
   * @param shape the size of the frames
   * @param muxer FFmpeg's muxer of the container
   * @param target the output's name in messages
   * @throws InvalidInputException if there is none
   */
  static Opened open(
      ClipHeader source,
      FrameShape shape,
      ClipEncoding encoding,
      Container container,
      AVOutputFormat muxer,
      Path target)
      throws IOException {
    EncoderChoice choice = new EncoderChoice(source, shape, encoding, container, muxer, target);
    try {
      choice.choose();
      return new Opened(
          choice.encoder,
          choice.conversion,
          choice.format,
          choice.range(),
          choice.isNumbered(ClipCodec.ofEncoder(choice.name())),
          choice.note);
    } catch (IOException | RuntimeException e) {
      avcodec_free_context(choice.encoder);
      if (choice.conversion != null) {
        choice.conversion.close();
      }
      throw e;
    }
  }

  private String name() {
    return Natives.text(encoder.codec().name());
  }

  /** Returns whether the caller names no codec. */
  private boolean isFree() {
    return encoding.codec() == null || encoding.codec().equals(ClipEncoding.AUTO);
  }

  private void choose() throws IOException {
    Map<String, String> refusals = new LinkedHashMap<>();
    if (chosen(refusals)) {
      if (encoding.codec() != null && isFree() && ClipCodec.ofHardware(name()) == null) {
        note = "no encoder of a graphics card could be used, so " + name() + " was";
      }
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
            "a container and codec that keep alpha, as .webm and .mkv do, or the option to drop it",
            pixels + " of " + source.file() + " for ." + container + " (" + reasons + ")",
            true)
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
            reasons,
            false);
  }

  /** Chooses the first candidate that accepts the frames unchanged, or else in a wider format. */
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
    List<ClipCodec> usual = container.codecs();
    List<String> software = usual.stream().flatMap(each -> each.encoders().stream()).toList();
    if (name == null) {
      return software;
    }
    if (isFree()) {
      return Stream.concat(
              usual.stream().flatMap(each -> each.hardware().stream()), software.stream())
          .toList();
    }
    ClipCodec codec = ClipCodec.of(name);
    if (codec != null) {
      if (codec.encoders().stream().allMatch(each -> avcodec_find_encoder_by_name(each) == null)) {
        throw new InvalidInputException(
            target.toString(),
            "a build of FFmpeg with " + codec.encoders().get(0) + ", as the profile gpl has",
            "one without");
      }
      return codec.encoders();
    }
    if (avcodec_find_encoder_by_name(name) == null) {
      throw new InvalidInputException(
          target.toString(),
          "auto, a codec of " + Arrays.toString(ClipCodec.values()) + " or an encoder of FFmpeg's",
          name);
    }
    return List.of(name);
  }

  /** Opens an encoder; returns the reason if that fails. */
  private @Nullable String open(String name, boolean wider) throws IOException {
    AVCodec codec = avcodec_find_encoder_by_name(name);
    if (codec == null) {
      return "not in this build of FFmpeg";
    }
    if (!container.holds(muxer, codec.id())) {
      return "not for this container";
    }
    ClipCodec known = ClipCodec.ofEncoder(name);
    ClipCodec onCard = ClipCodec.ofHardware(name);
    ClipCodec any = known == null ? onCard : known;
    if (any != null && isFree() && !any.isUsual(format)) {
      return "not by default for " + PixelFormat.name(PixelFormat.planar(format));
    }
    int pixels = pixels(known, codec, wider);
    if (!PixelFormat.isTaken(codec, pixels)) {
      return "not for " + PixelFormat.name(pixels);
    }
    if (any != null && any.needsEven(format) && (conversion == null || onCard != null)) {
      return "not for odd sizes";
    }
    int least = ClipCodec.minSide(name);
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
    requireKnown("preset", encoding.preset(), each -> ClipCodec.presetFault(name, each));
    requireKnown("tuning", encoding.tune(), each -> ClipCodec.tuneFault(name, each));
    encoder = avcodec_alloc_context3(codec);
    describe(known, pixels);
    ClipEncoding.Pass pass = encoding.pass();
    if (pass != null && ClipCodec.hasTwoPasses(name)) {
      encoder.flags(encoder.flags() | (pass.isFirst() ? AV_CODEC_FLAG_PASS1 : AV_CODEC_FLAG_PASS2));
    }
    AVDictionary options = new AVDictionary(null);
    (known == null ? foreign(name) : known.options(name, encoding))
        .forEach((key, value) -> av_dict_set(options, key, value, 0));
    int code = avcodec_open2(encoder, codec, options);
    av_dict_free(options);
    if (code < 0) {
      avcodec_free_context(encoder);
      return Natives.message(code);
    }
    return null;
  }

  private void requireKnown(
      String what, @Nullable String value, Function<String, @Nullable String> check)
      throws InvalidInputException {
    String fault = value == null ? null : check.apply(value);
    if (fault != null) {
      throw new InvalidInputException(target.toString(), fault, what + " " + value);
    }
  }

  /** Returns the pixel format for an encoder: the frames' own, unless they are converted. */
  private int pixels(@Nullable ClipCodec codec, AVCodec encoder, boolean wider) throws IOException {
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
    String filters =
        codec == null
            ? interleaved(encoder)
            : codec.conversion(format, shown, wider, wider && !isFree());
    if (filters == null) {
      return PixelFormat.planar(format);
    }
    conversion = FilterGraph.of(filters, format, look.colorspace(), range(), unit);
    return conversion.pixels();
  }

  /**
   * Returns filters that interleave U and V, as graphics cards expect; null if the encoder takes
   * the frames as they are, or neither.
   */
  private @Nullable String interleaved(AVCodec codec) {
    int planar = PixelFormat.planar(format);
    String name = PixelFormat.name(planar);
    String other = name.equals("yuv420p") ? "nv12" : name.equals("yuv420p10le") ? "p010le" : null;
    return other == null
            || PixelFormat.isTaken(codec, planar)
            || !PixelFormat.isTaken(codec, av_get_pix_fmt(other))
        ? null
        : FilterGraph.SCALER + ",format=" + other;
  }

  /** Returns the size of frames as stored or as shown, depending on the container. */
  private FrameSize shown() {
    return container.hasSampleShape()
        ? new FrameSize(format.width(), format.height())
        : FrameSize.shown(format, sample);
  }

  private String rate() {
    return encoding.quality().isPresent()
        ? "quality " + encoding.quality().getAsInt()
        : "bit rate " + encoding.bitRate().orElse(0);
  }

  /**
   * Returns options for an encoder that isn't known here, with each graphics card's own name of a
   * constant quality. Encoders ignore what they don't know.
   */
  private Map<String, String> foreign(String name) {
    Map<String, String> options = new LinkedHashMap<>();
    int quality = encoding.quality().orElse(20);
    String level = Integer.toString(quality);
    if (encoding.bitRate().isPresent()) {
      options.put("b", Long.toString(encoding.bitRate().getAsLong()));
    } else if (name.endsWith("_qsv")) {
      options.put("global_quality", level);
    } else if (name.endsWith("_amf")) {
      options.putAll(Map.of("rc", "cqp", "qp_i", level, "qp_p", level));
    } else if (name.endsWith("_videotoolbox")) {
      options.put("flags", "+qscale");
      options.put("global_quality", Integer.toString((100 - quality) * FF_QP2LAMBDA));
    } else {
      options.put("cq", level);
      options.put("b", "0");
    }
    if (encoding.preset() != null) {
      options.put("preset", encoding.preset());
    }
    if (encoding.tune() != null) {
      options.put("tune", encoding.tune());
    }
    return options;
  }

  /** Sets the encoder's description of the frames. */
  private void describe(@Nullable ClipCodec codec, int pixels) {
    double rate = facts.frameRate().numerator() > 0 ? facts.frameRate().value() : 25;
    encoder
        .width(format.width())
        .height(format.height())
        .pix_fmt(pixels)
        .sample_aspect_ratio(Natives.rational(sample))
        .color_primaries(look.color_primaries())
        .color_trc(look.color_trc())
        .colorspace(look.colorspace())
        .color_range(range())
        .chroma_sample_location(siting())
        .framerate(Natives.rational(facts.frameRate()))
        .gop_size((int) Math.max(1, Math.min(1000, Math.round(rate * KEY_SECONDS))))
        .max_b_frames(0)
        .thread_count(encoding.threads())
        .time_base(unit);
    if (isNumbered(codec)) {
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

  /** MPEG-4 doesn't support a finer time base; as it keeps the order of frames, numbers suffice. */
  private boolean isNumbered(@Nullable ClipCodec codec) {
    return codec == ClipCodec.MPEG4 || container.isCounted();
  }

  /** Returns the seconds per frame. */
  private AVRational frameTime() {
    Ratio rate = facts.frameRate();
    if (rate.numerator() <= 0) {
      return Natives.rational(new Ratio(1, 25));
    }
    return rate.numerator() <= MPEG4_TICKS
        ? Natives.rational(rate.inverse())
        : Natives.rational(new Ratio(1000, (int) Math.round(rate.value() * 1000)));
  }

  /** Returns the range. Unlabelled full range would be mistaken for studio range. */
  private int range() {
    return look.color_range() == AVCOL_RANGE_UNSPECIFIED && !format.studio()
        ? AVCOL_RANGE_JPEG
        : look.color_range();
  }

  /** Returns the siting. Without it, Y4M assumes centre, all others left. */
  private int siting() {
    return container == Container.Y4M && look.chroma_location() == AVCHROMA_LOC_UNSPECIFIED
        ? AVCHROMA_LOC_LEFT
        : look.chroma_location();
  }
}

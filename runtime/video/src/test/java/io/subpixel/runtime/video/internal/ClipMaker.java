package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_ASS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_TTF;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_EXPERIMENTAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_add;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_SUBTITLE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_content_light_metadata_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_mastering_display_metadata_alloc_size;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVContentLightMetadata;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * Makes small clips through FFmpeg alone, so that what reads and writes them is tested against
 * another's files: moving drawn frames, a sine, subtitles, chapters, tags.
 */
final class ClipMaker implements AutoCloseable {
  private static final int RATE = 48000;

  private final AVFormatContext output;
  private final AVPacket packet = av_packet_alloc();
  private final List<Runnable> writers = new ArrayList<>();
  private final List<AVCodecContext> encoders = new ArrayList<>();
  private final AVDictionary options = new AVDictionary(null);
  private final AVDictionary codings = new AVDictionary(null);

  ClipMaker(Path file) {
    output = new AVFormatContext(null);
    check(avformat_alloc_output_context2(output, null, null, Natives.url(file)));
    output.strict_std_compliance(FF_COMPLIANCE_EXPERIMENTAL);
    AVIOContext io = new AVIOContext(null);
    check(avio_open(io, Natives.url(file), AVIO_FLAG_WRITE));
    output.pb(io);
  }

  /** What is told of the video beside its frames. */
  record Look(int range, int primaries, int transfer, int matrix, int siting, Ratio sample) {
    static final Look PLAIN = new Look(0, 2, 2, 2, 0, new Ratio(0, 1));
  }

  /** A video of frames at timestamps. */
  ClipMaker video(
      String encoder, String pixels, int width, int height, Ratio unit, Look look, long... times) {
    AVCodec codec = avcodec_find_encoder_by_name(encoder);
    AVCodecContext context = avcodec_alloc_context3(codec);
    int format = av_get_pix_fmt(pixels);
    AVRational mean =
        times.length > 1
            ? Natives.rational(
                new Ratio(
                    unit.denominator(),
                    (int) Math.max(1, unit.numerator() * (times[1] - times[0]))))
            : Natives.rational(new Ratio(25, 1));
    context
        .width(width)
        .height(height)
        .pix_fmt(format)
        .time_base(Natives.rational(unit))
        .framerate(mean)
        .gop_size(6)
        .max_b_frames(encoder.equals("mpeg4") ? 2 : 0)
        .thread_count(1)
        .color_range(look.range())
        .color_primaries(look.primaries())
        .color_trc(look.transfer())
        .colorspace(look.matrix())
        .chroma_sample_location(look.siting())
        .sample_aspect_ratio(Natives.rational(look.sample()))
        .strict_std_compliance(FF_COMPLIANCE_EXPERIMENTAL);
    AVStream stream = open(context, codec);
    stream.avg_frame_rate(mean);
    stream.sample_aspect_ratio(Natives.rational(look.sample()));
    stream.codecpar().chroma_location(look.siting());
    writers.add(
        () -> {
          for (int i = 0; i < times.length; i++) {
            AVFrame frame = drawn(format, width, height, i);
            frame.pts(times[i]).duration(i + 1 < times.length ? times[i + 1] - times[i] : 1);
            frame.color_range(look.range()).chroma_location(look.siting());
            encode(context, stream, frame);
            av_frame_free(frame);
          }
          encode(context, stream, null);
        });
    return this;
  }

  /** Degrees clockwise, for the video. */
  ClipMaker rotation(int degrees) {
    av_display_rotation_set(displayMatrix(), degrees);
    return this;
  }

  /** As above, by the matrix's parts: a stored point becomes x' = ax + cy, y' = bx + dy. */
  ClipMaker displayed(int a, int b, int c, int d) {
    int[] matrix = {a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30};
    displayMatrix().put(matrix, 0, 9);
    return this;
  }

  private IntPointer displayMatrix() {
    AVCodecParameters parameters = output.streams(0).codecpar();
    AVPacketSideData data =
        av_packet_side_data_new(
            new PointerPointer<>(1).put(0, (Pointer) null),
            new IntPointer(1).put(0),
            AV_PKT_DATA_DISPLAYMATRIX,
            36,
            0);
    parameters.coded_side_data(data);
    parameters.nb_coded_side_data(1);
    return new IntPointer(data.data());
  }

  /** An option of encoders that are opened from here on; those that don't know it pass it over. */
  ClipMaker coding(String key, String value) {
    av_dict_set(codings, key, value, 0);
    return this;
  }

  /** An option of the muxer. */
  ClipMaker option(String key, String value) {
    av_dict_set(options, key, value, 0);
    return this;
  }

  /**
   * What HDR10 tells: a screen of DCI-P3 and 1000 candelas, light of at most 800, 300 on average.
   */
  ClipMaker hdr() {
    try (SizeTPointer size = new SizeTPointer(1)) {
      AVMasteringDisplayMetadata screen = av_mastering_display_metadata_alloc_size(size);
      int[] primaries = {34000, 16000, 13250, 34500, 7500, 3000};
      for (int i = 0; i < primaries.length; i++) {
        screen.display_primaries(i / 2, i % 2, Natives.rational(new Ratio(primaries[i], 50000)));
      }
      screen.white_point(0, Natives.rational(new Ratio(15635, 50000)));
      screen.white_point(1, Natives.rational(new Ratio(16450, 50000)));
      screen.min_luminance(Natives.rational(new Ratio(50, 10000)));
      screen.max_luminance(Natives.rational(new Ratio(1000, 1)));
      screen.has_primaries(1).has_luminance(1);
      sideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, screen, size.get());
      AVContentLightMetadata light = av_content_light_metadata_alloc(size);
      light.MaxCLL(800).MaxFALL(300);
      sideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, light, size.get());
    }
    return this;
  }

  private void sideData(int type, Pointer data, long size) {
    AVCodecParameters parameters = output.streams(0).codecpar();
    try (PointerPointer<AVPacketSideData> list = new PointerPointer<>(1);
        IntPointer length = new IntPointer(1)) {
      list.put(0, parameters.coded_side_data());
      length.put(parameters.nb_coded_side_data());
      av_packet_side_data_add(list, length, type, data, size, 0);
      parameters.coded_side_data(list.get(AVPacketSideData.class, 0));
      parameters.nb_coded_side_data(length.get());
    }
  }

  /** A sine of a number of seconds. */
  ClipMaker audio(String encoder, double seconds) {
    AVCodec codec = avcodec_find_encoder_by_name(encoder);
    AVCodecContext context = avcodec_alloc_context3(codec);
    boolean floats = encoder.equals("aac") || encoder.startsWith("wma");
    context
        .sample_fmt(floats ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S16)
        .sample_rate(RATE)
        .bit_rate(64000)
        .strict_std_compliance(FF_COMPLIANCE_EXPERIMENTAL)
        .time_base(Natives.rational(new Ratio(1, RATE)));
    av_channel_layout_default(context.ch_layout(), 1);
    AVStream stream = open(context, codec);
    writers.add(
        () -> {
          int size = context.frame_size() == 0 ? 1024 : context.frame_size();
          for (int at = 0; at < seconds * RATE; at += size) {
            AVFrame frame = av_frame_alloc();
            frame.nb_samples(size).format(context.sample_fmt()).sample_rate(RATE).pts(at);
            av_channel_layout_copy(frame.ch_layout(), context.ch_layout());
            check(av_frame_get_buffer(frame, 0));
            for (int i = 0; i < size; i++) {
              double value = 0.5 * Math.sin((at + i) * 2 * Math.PI * 440 / RATE);
              if (floats) {
                new FloatPointer(frame.data(0)).put(i, (float) value);
              } else {
                new ShortPointer(frame.data(0)).put(i, (short) (value * 32767));
              }
            }
            encode(context, stream, frame);
            av_frame_free(frame);
          }
          encode(context, stream, null);
        });
    return this;
  }

  /** Two subtitles. */
  ClipMaker subtitles(int codec) {
    AVStream stream = avformat_new_stream(output, null);
    stream.codecpar().codec_type(AVMEDIA_TYPE_SUBTITLE).codec_id(codec);
    stream.time_base(Natives.rational(new Ratio(1, 1000)));
    tag(stream, "language", "deu");
    if (codec == AV_CODEC_ID_ASS) {
      extradata(stream, "[Script Info]\nScriptType: v4.00+\n\n[Events]\n");
    }
    writers.add(
        () -> {
          for (int i = 0; i < 2; i++) {
            String text =
                (codec == AV_CODEC_ID_ASS ? i + ",0,Default,,0,0,0,," : "") + "Zeile " + i;
            byte[] coded = text.getBytes(StandardCharsets.UTF_8);
            if (codec == AV_CODEC_ID_MOV_TEXT) {
              byte[] counted = new byte[coded.length + 2];
              counted[1] = (byte) coded.length;
              System.arraycopy(coded, 0, counted, 2, coded.length);
              coded = counted;
            }
            check(av_new_packet(packet, coded.length));
            packet.data().put(coded, 0, coded.length);
            packet.pts(100 + 300L * i).dts(100 + 300L * i).duration(200);
            packet.stream_index(stream.index()).flags(AV_PKT_FLAG_KEY);
            av_packet_rescale_ts(packet, Natives.rational(new Ratio(1, 1000)), stream.time_base());
            check(av_interleaved_write_frame(output, packet));
          }
        });
    return this;
  }

  /** A file within the file. */
  ClipMaker attachment(String name) {
    AVStream stream = avformat_new_stream(output, null);
    stream.codecpar().codec_type(AVMEDIA_TYPE_ATTACHMENT).codec_id(AV_CODEC_ID_TTF);
    extradata(stream, "as if a font");
    tag(stream, "filename", name);
    tag(stream, "mimetype", "application/x-truetype-font");
    return this;
  }

  /** A tag of the file. */
  ClipMaker tag(String key, String value) {
    AVDictionary tags = dictionary(output.metadata());
    av_dict_set(tags, key, value, 0);
    output.metadata(tags);
    return this;
  }

  /** Chapters in milliseconds. */
  ClipMaker chapters(long... bounds) {
    PointerPointer<AVChapter> list =
        new PointerPointer<>(av_mallocz((bounds.length - 1L) * Long.BYTES));
    for (int i = 0; i + 1 < bounds.length; i++) {
      AVChapter chapter = new AVChapter(av_mallocz(Pointer.sizeof(AVChapter.class)));
      chapter.id(i + 1).time_base(Natives.rational(new Ratio(1, 1000)));
      chapter.start(bounds[i]).end(bounds[i + 1]);
      AVDictionary tags = new AVDictionary(null);
      av_dict_set(tags, "title", "Kapitel " + i, 0);
      chapter.metadata(tags);
      list.put(i, chapter);
    }
    output.chapters(list);
    output.nb_chapters(bounds.length - 1);
    return this;
  }

  /** Writes it all. */
  void write() {
    check(avformat_write_header(output, options));
    writers.forEach(Runnable::run);
    check(av_write_trailer(output));
  }

  private AVStream open(AVCodecContext context, AVCodec codec) {
    encoders.add(context);
    if ((output.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
      context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    AVDictionary own = new AVDictionary(null);
    av_dict_copy(own, codings, 0);
    check(avcodec_open2(context, codec, own));
    av_dict_free(own);
    AVStream stream = avformat_new_stream(output, null);
    check(avcodec_parameters_from_context(stream.codecpar(), context));
    stream.time_base(context.time_base());
    return stream;
  }

  private void encode(AVCodecContext context, AVStream stream, @Nullable AVFrame frame) {
    check(avcodec_send_frame(context, frame));
    while (true) {
      int code = avcodec_receive_packet(context, packet);
      if (code < 0) {
        return;
      }
      packet.stream_index(stream.index());
      av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
      check(av_interleaved_write_frame(output, packet));
    }
  }

  /** A gradient that moves, different in each plane, over the full range of codes of a format. */
  static int code(int plane, int x, int y, int frame, int depth) {
    int shown = x * 3 + y * 5 + frame * 7 + plane * 40;
    int fine = x & ((1 << (depth - 8)) - 1);
    return ((shown << (depth - 8)) + fine) & ((1 << depth) - 1);
  }

  /** A frame of that gradient. */
  static AVFrame drawn(int format, int width, int height, int number) {
    AVFrame frame = av_frame_alloc();
    frame.format(format).width(width).height(height);
    check(av_frame_get_buffer(frame, 0));
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    for (int c = 0; c < descriptor.nb_components(); c++) {
      AVComponentDescriptor component = descriptor.comp(c);
      int columns = c == 0 || c == 3 ? width : -(-width >> descriptor.log2_chroma_w());
      int rows = c == 0 || c == 3 ? height : -(-height >> descriptor.log2_chroma_h());
      BytePointer samples = frame.data(component.plane());
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          long at =
              (long) y * frame.linesize(component.plane())
                  + component.offset()
                  + (long) x * component.step();
          int code = code(c, x, y, number, component.depth());
          if (component.depth() == 8) {
            samples.put(at, (byte) code);
          } else {
            int word = code << component.shift();
            samples.put(at, (byte) word).put(at + 1, (byte) (word >> 8));
          }
        }
      }
    }
    return frame;
  }

  private static AVDictionary dictionary(AVDictionary there) {
    return there == null ? new AVDictionary(null) : there;
  }

  private static void tag(AVStream stream, String key, String value) {
    AVDictionary tags = dictionary(stream.metadata());
    av_dict_set(tags, key, value, 0);
    stream.metadata(tags);
  }

  private static void extradata(AVStream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    BytePointer data = new BytePointer(av_mallocz(bytes.length + 64L));
    data.put(bytes, 0, bytes.length);
    stream.codecpar().extradata(data).extradata_size(bytes.length);
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException(Natives.message(code));
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    encoders.forEach(each -> avcodec_free_context(each));
    avio_close(output.pb());
    output.pb(null);
    avformat_free_context(output);
  }
}

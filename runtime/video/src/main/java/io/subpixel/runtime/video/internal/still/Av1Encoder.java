package io.subpixel.runtime.video.internal.still;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY16LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB48LE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.runtime.video.internal.FilterGraph;
import io.subpixel.runtime.video.internal.Natives;
import io.subpixel.runtime.video.internal.Ratio;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;

/** Single pictures through libaom. */
final class Av1Encoder {
  private static final String ENCODER = "libaom-av1";

  /** From this quality on, chroma keeps its resolution, as it does in our JPEGs. */
  private static final int FULL_CHROMA_QUALITY = 90;

  /** Slower ones gain a few hundredths of the bytes. */
  private static final String SPEED = "6";

  private static final int WORST_QUANTIZER = 63;

  private Av1Encoder() {}

  /**
   * How much may be lost.
   *
   * @param quality 1 to 100
   * @param isLossless whether nothing may be, whatever the quality
   */
  record Quality(int quality, boolean isLossless) {
    static final Quality LOSSLESS = new Quality(100, true);

    static Quality of(WriteOptions options) {
      return new Quality(options.quality(), options.lossless());
    }

    /** As libavif scales it. */
    private int quantizer() {
      return isLossless ? 0 : ((100 - quality) * WORST_QUANTIZER + 50) / 100;
    }
  }

  /**
   * Encodes a picture: of 8 bits as 8, of 16 as 10, without loss as 12, the most that AV1 has.
   *
   * @param layout 1 or 3 channels
   */
  static Av1Picture encode(Rows rows, PictureLayout layout, Quality quality) throws IOException {
    boolean isDeep = layout.depth() > 8;
    int depth = isDeep ? quality.isLossless ? 12 : 10 : 8;
    String suffix = isDeep ? depth + "le" : "";
    boolean isRgb = layout.isColour() && quality.isLossless;
    String pixels =
        !layout.isColour()
            ? isDeep ? "gray" + suffix : "gray"
            : isRgb
                ? "gbrp" + suffix
                : (quality.quality >= FULL_CHROMA_QUALITY ? "yuv444p" : "yuv420p") + suffix;
    String filters =
        FilterGraph.SCALER + ":out_color_matrix=smpte170m:out_range=pc,format=" + pixels;
    AVFrame source = frame(rows, layout);
    try (FilterGraph graph = FilterGraph.of(filters, source, Natives.rational(new Ratio(1, 1)))) {
      graph.put(source);
      AVFrame converted = graph.take();
      if (converted == null) {
        throw new IOException("FFmpeg doesn't convert its samples");
      }
      try {
        converted.color_range(AVCOL_RANGE_JPEG);
        converted.colorspace(isRgb ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M);
        return encode(converted, quality, depth);
      } finally {
        av_frame_free(converted);
      }
    } finally {
      av_frame_free(source);
    }
  }

  private static AVFrame frame(Rows rows, PictureLayout layout) throws IOException {
    AVFrame frame = av_frame_alloc();
    boolean isDeep = layout.depth() > 8;
    int format =
        layout.isColour()
            ? isDeep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24
            : isDeep ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
    frame.width(layout.width()).height(layout.height()).format(format).pts(0);
    frame
        .color_range(AVCOL_RANGE_JPEG)
        .colorspace(layout.isColour() ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M);
    if (av_frame_get_buffer(frame, 0) < 0) {
      av_frame_free(frame);
      throw new IOException("there is no memory for its samples");
    }
    int length = rows.rowLength();
    for (int y = 0; y < layout.height(); y++) {
      long at = (long) y * frame.linesize(0);
      if (isDeep) {
        new ShortPointer(frame.data(0))
            .position(at / Short.BYTES)
            .put(rows.shorts(), y * length, length);
      } else {
        new BytePointer(frame.data(0)).position(at).put(rows.bytes(), y * length, length);
      }
    }
    return frame;
  }

  private static Av1Picture encode(AVFrame frame, Quality quality, int depth) throws IOException {
    AVCodec encoder = avcodec_find_encoder_by_name(ENCODER);
    if (encoder == null) {
      throw new UnavailableException(
          "AVIF: expected " + ENCODER + " in this build of FFmpeg, received none");
    }
    AVCodecContext context = avcodec_alloc_context3(encoder);
    AVPacket packet = av_packet_alloc();
    AVDictionary options = new AVDictionary(null);
    try {
      context
          .width(frame.width())
          .height(frame.height())
          .pix_fmt(frame.format())
          .color_range(frame.color_range())
          .colorspace(frame.colorspace())
          .time_base(Natives.rational(new Ratio(1, 1)))
          .thread_count(Runtime.getRuntime().availableProcessors());
      av_dict_set(options, "usage", "allintra", 0);
      av_dict_set(options, "still-picture", "1", 0);
      av_dict_set(options, "cpu-used", SPEED, 0);
      av_dict_set(options, "row-mt", "1", 0);
      av_dict_set(options, "crf", Integer.toString(quality.quantizer()), 0);
      av_dict_set(options, "b", "0", 0);
      if (quality.isLossless) {
        av_dict_set(options, "aom-params", "lossless=1", 0);
      }
      check(avcodec_open2(context, encoder, options));
      check(avcodec_send_frame(context, frame));
      check(avcodec_send_frame(context, (AVFrame) null));
      check(avcodec_receive_packet(context, packet));
      byte[] data = new byte[packet.size()];
      packet.data().get(data);
      AVPixFmtDescriptor format = av_pix_fmt_desc_get(frame.format());
      boolean isGrey = format.nb_components() == 1;
      // Of grey, AV1 counts chroma as if it were 4:2:0.
      return Av1Picture.of(
          data,
          isGrey,
          depth,
          isGrey ? 1 : format.log2_chroma_w(),
          isGrey ? 1 : format.log2_chroma_h());
    } finally {
      av_dict_free(options);
      av_packet_free(packet);
      avcodec_free_context(context);
    }
  }

  private static void check(int code) throws IOException {
    if (code < 0) {
      throw new IOException("libaom: " + Natives.message(code));
    }
  }
}

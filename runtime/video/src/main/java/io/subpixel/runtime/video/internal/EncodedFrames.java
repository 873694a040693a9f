package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.degradation.internal.ClipLoss;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes frames in memory with FFmpeg's codecs, for degradations. */
public final class EncodedFrames implements ClipLoss {
  /** OpenH264 supports no fewer columns or rows. */
  private static final int MIN_SIDE = 16;

  /** For MPEG-4; the other encoders decide themselves. */
  private static final int B_FRAMES = 2;

  private static final int SCALING =
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

  /** Called by {@link java.util.ServiceLoader}. */
  public EncodedFrames() {}

  @Override
  public Picture apply(List<Picture> frames, int kept, Format format, int quality) {
    Natives.silence();
    try (Passing passing = new Passing(frames.get(0), kept, format)) {
      passing.open(frames.size(), quality);
      for (Picture frame : frames) {
        passing.encode(frame);
      }
      return passing.end();
    }
  }

  /** Passes frames through an encoder and a decoder, and keeps one of them. */
  private static final class Passing implements AutoCloseable {
    private final int width;
    private final int height;
    private final int kept;
    private final Format format;
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame rgb = av_frame_alloc();
    private final AVFrame yuv = av_frame_alloc();
    private final AVFrame decoded = av_frame_alloc();
    private AVCodecContext encoder = new AVCodecContext(null);
    private AVCodecContext decoder = new AVCodecContext(null);
    private SwsContext toYuv = new SwsContext();
    private int sent;
    private int received;
    private @Nullable Picture result;

    /**
     * Allocates what doesn't depend on the codec.
     *
     * @param like one of the frames
     * @param kept the index of the frame to keep, in presentation order
     */
    Passing(Picture like, int kept, Format format) {
      this.width = like.width();
      this.height = like.height();
      this.kept = kept;
      this.format = format;
    }

    void open(int count, int quality) {
      int evenWidth = Math.max(MIN_SIDE, width + width % 2);
      int evenHeight = Math.max(MIN_SIDE, height + height % 2);
      ClipCodec codec = ClipCodec.valueOf(format.name());
      // The last encoder: for AV1 it opens in a tenth of SVT's time, for H.264 all builds have it.
      String name = codec.encoders().get(codec.encoders().size() - 1);
      AVCodec found = avcodec_find_encoder_by_name(name);
      if (found == null) {
        throw new UnavailableException(
            "degradation: expected " + name + " in this build of FFmpeg, received none");
      }
      encoder = avcodec_alloc_context3(found);
      encoder
          .width(evenWidth)
          .height(evenHeight)
          .pix_fmt(AV_PIX_FMT_YUV420P)
          .time_base(Natives.rational(new Ratio(1, 25)))
          .framerate(Natives.rational(new Ratio(25, 1)))
          .gop_size(count)
          .max_b_frames(codec == ClipCodec.MPEG4 ? B_FRAMES : 0)
          .thread_count(1);
      AVDictionary options = new AVDictionary(null);
      codec
          .options(name, ClipEncoding.of(quality))
          .forEach((key, value) -> av_dict_set(options, key, value, 0));
      int code = avcodec_open2(encoder, found, options);
      av_dict_free(options);
      check(code);
      AVCodec reading = avcodec_find_decoder(found.id());
      decoder = avcodec_alloc_context3(reading);
      decoder.thread_count(1);
      check(avcodec_open2(decoder, reading, new AVDictionary(null)));
      allocate(rgb, AV_PIX_FMT_RGB24, evenWidth, evenHeight);
      allocate(yuv, AV_PIX_FMT_YUV420P, evenWidth, evenHeight);
      toYuv = scaling(evenWidth, evenHeight, AV_PIX_FMT_RGB24, AV_PIX_FMT_YUV420P);
    }

    private static SwsContext scaling(int width, int height, int from, int to) {
      return sws_getContext(
          width, height, from, width, height, to, SCALING, null, null, (DoublePointer) null);
    }

    private static void allocate(AVFrame frame, int pixels, int width, int height) {
      frame.width(width).height(height).format(pixels);
      check(av_frame_get_buffer(frame, 0));
    }

    private static void check(int code) {
      if (code < 0) {
        throw new UnavailableException("degradation: FFmpeg: " + Natives.message(code));
      }
    }

    void encode(Picture frame) {
      put(frame);
      check(av_frame_make_writable(yuv));
      check(sws_scale_frame(toYuv, yuv, rgb));
      yuv.pts(sent++).quality(encoder.global_quality());
      check(avcodec_send_frame(encoder, yuv));
      drain();
    }

    Picture end() {
      check(avcodec_send_frame(encoder, null));
      drain();
      check(avcodec_send_packet(decoder, null));
      receive();
      if (result == null) {
        throw new IllegalStateException(
            format + ": expected " + sent + " frames back, received " + received);
      }
      return result;
    }

    /** Repeats the edge for rows and columns that the encoder needs beyond the picture. */
    private void put(Picture frame) {
      byte[] row = new byte[3 * rgb.width()];
      byte[] samples = frame.samples();
      BytePointer data = rgb.data(0);
      for (int y = 0; y < rgb.height(); y++) {
        int from = Math.min(y, height - 1) * width * 3;
        System.arraycopy(samples, from, row, 0, 3 * width);
        for (int x = 3 * width; x < row.length; x++) {
          row[x] = row[x - 3];
        }
        data.position((long) y * rgb.linesize(0)).put(row, 0, row.length);
      }
      data.position(0);
    }

    private void drain() {
      while (avcodec_receive_packet(encoder, packet) == 0) {
        check(avcodec_send_packet(decoder, packet));
        av_packet_unref(packet);
        receive();
      }
    }

    private void receive() {
      while (avcodec_receive_frame(decoder, decoded) == 0) {
        if (received++ == kept) {
          result = picture();
        }
      }
    }

    private Picture picture() {
      SwsContext toRgb =
          scaling(decoded.width(), decoded.height(), AV_PIX_FMT_YUV420P, AV_PIX_FMT_RGB24);
      try {
        check(sws_scale_frame(toRgb, rgb, decoded));
      } finally {
        sws_freeContext(toRgb);
      }
      byte[] samples = new byte[3 * width * height];
      BytePointer data = rgb.data(0);
      for (int y = 0; y < height; y++) {
        data.position((long) y * rgb.linesize(0)).get(samples, 3 * width * y, 3 * width);
      }
      data.position(0);
      return new Picture(width, height, 3, samples);
    }

    @Override
    public void close() {
      sws_freeContext(toYuv);
      avcodec_free_context(encoder);
      avcodec_free_context(decoder);
      av_frame_free(rgb);
      av_frame_free(yuv);
      av_frame_free(decoded);
      av_packet_free(packet);
    }
  }
}

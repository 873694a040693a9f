package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;

import io.subpixel.runtime.video.VideoUpscaler.HardwareEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.jspecify.annotations.Nullable;

/** Tries encoders on graphics cards. */
public final class HardwareEncoders {
  /** Larger than any card's least size. */
  private static final int WIDTH = 640;

  private static final int HEIGHT = 480;

  private HardwareEncoders() {}

  /** As {@link io.subpixel.runtime.video.VideoUpscaler#hardwareEncoders}. */
  public static List<HardwareEncoder> all() {
    Natives.silence();
    List<HardwareEncoder> all = new ArrayList<>();
    for (ClipCodec codec : ClipCodec.values()) {
      for (String name : codec.hardware()) {
        AVCodec encoder = avcodec_find_encoder_by_name(name);
        if (encoder != null) {
          all.add(new HardwareEncoder(name, Optional.ofNullable(missing(encoder))));
        }
      }
    }
    return all;
  }

  /** Opens an encoder; returns why that fails. */
  private static @Nullable String missing(AVCodec codec) {
    AVCodecContext encoder = avcodec_alloc_context3(codec);
    int planar = av_get_pix_fmt("yuv420p");
    encoder
        .width(WIDTH)
        .height(HEIGHT)
        .pix_fmt(PixelFormat.isTaken(codec, planar) ? planar : av_get_pix_fmt("nv12"))
        .time_base(Natives.rational(new Ratio(1, 25)))
        .framerate(Natives.rational(new Ratio(25, 1)));
    int code = avcodec_open2(encoder, codec, (AVDictionary) null);
    avcodec_free_context(encoder);
    // FFmpeg's codes for a missing driver say something else.
    return code < 0 ? "no driver or device for it (" + Natives.message(code) + ")" : null;
  }
}

package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_DVVIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_PROGRESSIVE;
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
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a clip's video and prepares its frames for upscaling. Closing it frees the decoder and
 * the frames in it, but not those that were taken. For one thread at a time.
 */
final class FrameDecoder implements AutoCloseable {
  static final long MAX_PIXELS = 1L << 27;

  private final Demuxer source;
  private final Faults faults;
  private final AVCodecContext decoder;
  private final FramePreparation preparation;

  /** Whether the container declares DV progressive, all of which FFmpeg takes for interlaced. */
  private final boolean isProgressive;

  private long last = AV_NOPTS_VALUE;
  private long earliest = Long.MAX_VALUE;
  private boolean ended;

  private FrameDecoder(Demuxer source, Treatment treatment, Faults faults, AVCodecContext decoder) {
    this.source = source;
    this.faults = faults;
    this.decoder = decoder;
    preparation = new FramePreparation(source.file(), treatment, source.timeBase());
    AVCodecParameters parameters = source.videoStream().codecpar();
    isProgressive =
        parameters.codec_id() == AV_CODEC_ID_DVVIDEO
            && parameters.field_order() == AV_FIELD_PROGRESSIVE;
  }

  /**
   * Opens the decoder of the video.
   *
   * @param threads decoder threads; 0 for one per core
   * @param treatment how frames are prepared
   * @param faults receives what doesn't decode
   * @throws InvalidInputException if FFmpeg has no decoder for it
   */
  static FrameDecoder open(Demuxer source, int threads, Treatment treatment, Faults faults)
      throws InvalidInputException {
    AVCodecParameters parameters = source.videoStream().codecpar();
    AVCodec codec = decoderOf(source.videoStream());
    if (codec == null) {
      throw source.invalid(
          "video that FFmpeg decodes", Natives.text(avcodec_get_name(parameters.codec_id())));
    }
    AVCodecContext decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, parameters);
    decoder.pkt_timebase(source.timeBase()).thread_count(threads).max_pixels(MAX_PIXELS);
    int code = avcodec_open2(decoder, codec, (AVDictionary) null);
    if (code < 0) {
      avcodec_free_context(decoder);
      throw source.invalid("video that FFmpeg decodes", Natives.message(code));
    }
    return new FrameDecoder(source, treatment, faults, decoder);
  }

  /** Returns libvpx for VP8 and VP9 with alpha, which FFmpeg's own decoders drop. */
  private static @Nullable AVCodec decoderOf(AVStream stream) {
    int codec = stream.codecpar().codec_id();
    String name =
        codec == AV_CODEC_ID_VP9 ? "libvpx-vp9" : codec == AV_CODEC_ID_VP8 ? "libvpx" : null;
    AVCodec withAlpha =
        name == null || !Alpha.isTold(stream) ? null : avcodec_find_decoder_by_name(name);
    return withAlpha == null ? avcodec_find_decoder(codec) : withAlpha;
  }

  /** Passes a packet to the decoder. The caller still owns it. */
  void put(AVPacket packet) {
    int code = avcodec_send_packet(decoder, packet);
    if (code < 0) {
      faults.add(Natives.message(code), packet.pts());
    }
  }

  /** Signals that no packet follows. */
  void end() {
    ended = true;
    avcodec_send_packet(decoder, (AVPacket) null);
  }

  /**
   * Returns the next frame, which the caller frees; null if more packets are needed, or at the end.
   */
  @Nullable AVFrame take() throws IOException {
    AVFrame ready = preparation.take();
    while (ready == null) {
      AVFrame frame = received();
      if (frame != null) {
        try {
          preparation.put(frame, source.seconds(frame.pts()));
        } finally {
          av_frame_free(frame);
        }
        ready = preparation.take();
      } else if (ended) {
        preparation.finish();
        return preparation.take();
      } else {
        return null;
      }
    }
    return ready;
  }

  /** Returns the decoder's next frame with its timestamp; null if there is none yet. */
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
      faults.add(Natives.message(code), AV_NOPTS_VALUE);
    }
  }

  /** Sets a frame's timestamp, which must increase even if the file's doesn't. */
  private void stamp(AVFrame frame) {
    long pts = frame.best_effort_timestamp();
    if (last == AV_NOPTS_VALUE) {
      if (pts == AV_NOPTS_VALUE) {
        pts = source.untimedBegin();
      }
      earliest = pts;
    } else if (pts == AV_NOPTS_VALUE) {
      pts = last + Math.max(1, frame.duration() > 0 ? frame.duration() : source.untimedStep());
    } else {
      pts = Math.max(pts, last + 1);
    }
    last = pts;
    frame.pts(pts);
    if (frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0) {
      faults.add("frame with damage", pts);
    }
  }

  /**
   * Resets the decoder before packets of another position.
   *
   * @param keepsFormat whether frames from there become like the first of all
   */
  void reset(boolean keepsFormat) {
    avcodec_flush_buffers(decoder);
    if (keepsFormat) {
      preparation.restart();
    } else {
      preparation.reset();
    }
    last = AV_NOPTS_VALUE;
    earliest = Long.MAX_VALUE;
    ended = false;
  }

  /** Returns the timestamp of the first decoded frame. */
  long earliest() {
    return earliest;
  }

  /** Returns the rotation that was applied to make frames upright. */
  Orientation orientation() {
    return preparation.orientation();
  }

  /** Describes conversions of frames that differ from the first. */
  List<String> notes() {
    return preparation.notes();
  }

  @Override
  public void close() {
    preparation.close();
    avcodec_free_context(decoder);
  }
}
